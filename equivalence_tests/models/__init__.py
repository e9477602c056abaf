"""One row per model, a file a family; all of them are CASES."""

from collections.abc import Mapping

from equivalence_tests.cases import Case
from equivalence_tests.models import batches, first, gates, state

FAMILIES = (first, batches, gates, state)
CASES: Mapping[str, Case] = {
  case.model: case for family in FAMILIES for case in family.CASES
}
