"""What holds for every test: strictness, kept programs, Hypothesis profiles."""

import os
from typing import Any

from hypothesis import HealthCheck, settings

from equivalence_tests.report import cache_folder
from equivalence_tests.strictness import be_strict, keep_compiled

be_strict()
keep_compiled(cache_folder())

# Each says all it needs: Hypothesis loads a profile of its own where CI is set.
PROFILES: dict[str, Any] = {
  'dev': {'max_examples': 3, 'derandomize': False},
  'ci': {'max_examples': 6, 'derandomize': True},
  'soak': {'max_examples': 1000, 'derandomize': False},
}
for name, profile in PROFILES.items():
  settings.register_profile(
    name,
    print_blob=True,
    deadline=None,  # the first example of a shape compiles
    suppress_health_check=[HealthCheck.too_slow],
    **profile,
  )
settings.load_profile('ci' if 'CI' in os.environ else 'dev')
