"""Any two models compared, with no case: is what was ported still the same?"""

from equivalence_tests.comparing.comparison import Comparison, compare_models

__all__ = ['Comparison', 'compare_models']
