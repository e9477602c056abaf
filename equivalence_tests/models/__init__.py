"""One row per model, a file a family; all of them are CASES."""

from collections.abc import Mapping

from equivalence_tests.cases import Case
from equivalence_tests.models import (
  attention,
  batches,
  cells,
  chance,
  dense,
  depth,
  sequences,
  state,
)

FAMILIES = (
  dense,
  cells,
  sequences,
  batches,
  depth,
  chance,
  state,
  attention,
)
CASES: Mapping[str, Case] = {
  case.model: case for family in FAMILIES for case in family.CASES
}
