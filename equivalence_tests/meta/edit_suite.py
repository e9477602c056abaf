"""Random edits of the suite's own files, and which of them no test sees.

    python -m equivalence_tests.meta.edit_suite --seed 0 --count 200

Each edit is planted in a copy of all packages, in which the tests of the suite
are run on a few models, the quickest first, until one fails; and what lives so
far is held to the claims, rows and deaf ways of all models. What lives on is
printed. Edits that change nothing stand in `unchanging.txt`, each with the
reason. Without an edit, all of these tests must pass; that is tried first.
"""

import argparse
import sys
from concurrent.futures import ThreadPoolExecutor

from equivalence_tests.meta.copies import PACKAGE, passes
from equivalence_tests.meta.random_edits import Edit, drawn
from equivalence_tests.meta.survivors import told
from equivalence_tests.suite.models import CASES

EDITED = (
  'bad',
  'blame',
  'claims',
  'compare',
  'covering',
  'differences',
  'forms',
  'judge',
  'programs',
  'strategies',
  'terms',
  'trial',
)
TESTS = (  # of the suite, the quickest first
  'meta/test_compare.py',
  'meta/test_covering.py',
  'meta/test_differences.py',
  'meta/test_verdicts.py',
  'meta/test_strategies.py',
  'meta/test_blind.py',
  'meta/test_forms.py',
  'meta/test_planted_faults.py',
  'meta/test_deaf.py',
)
# which take minutes
FURTHER = ('suite/test_claims.py', 'suite/test_rows.py', 'meta/test_deaf.py')

# that TESTS are run on
MODELS = ('dense', 'elman', 'rnn', 'batch_norm', 'dropout')


def lives(edit: Edit) -> bool:
  """Whether all tests pass with the edit in a copy."""
  file = f'{PACKAGE.name}/suite/{edit.file}'
  others = [model for model in CASES if model not in MODELS]
  edit = edit._replace(file=file)
  return passes(edit, TESTS, without=others) and passes(edit, FURTHER)


def main() -> int:
  """Draws, plants and tests; 1 if an edit lives that has no reason to.

  2 if the tests fail without one.
  """
  parser = argparse.ArgumentParser(description=(__doc__ or '').splitlines()[0])
  parser.add_argument('--seed', type=int, default=0)
  parser.add_argument('--count', type=int, default=200)
  parser.add_argument('--jobs', type=int, default=2)
  options = parser.parse_args()
  if not lives(Edit('bad.py', 0, 0, '', '', '')):
    print('without an edit, some tests fail: nothing can be said of edits')
    return 2
  files = {f'{name}.py': PACKAGE / 'suite' / f'{name}.py' for name in EDITED}
  edits = drawn(files, options.seed, options.count)
  with ThreadPoolExecutor(options.jobs) as pool:
    judged = zip(edits, pool.map(lives, edits), strict=True)
    return told('suite', options.seed, judged)


if __name__ == '__main__':
  sys.exit(main())
