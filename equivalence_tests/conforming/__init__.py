"""Whether a lifted transform conforms: its forms against their loop."""

from equivalence_tests.conforming.lifted import Lifted
from equivalence_tests.conforming.scenarios import SCENARIOS, check

__all__ = ['SCENARIOS', 'Lifted', 'check']
