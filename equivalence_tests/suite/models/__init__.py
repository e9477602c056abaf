"""One row per model, one file per family; all of them are CASES.

To these come the cases that others bring, see `bringing`.
"""

from importlib import import_module

from core_rnn.networks import FAMILIES
from equivalence_tests.suite.cases import Case

CASES: dict[str, Case] = {
  case.model: case
  for family in FAMILIES
  for case in import_module(f'{__name__}.{family}').CASES
}
