"""Every claim on every model, as the command line judges them."""

import pytest
from hypothesis import settings

from equivalence_tests.suite.cases import real_text
from equivalence_tests.suite.claims import CLAIMS
from equivalence_tests.suite.judge import Plan, judge, python
from equivalence_tests.suite.models import CASES
from equivalence_tests.suite.ways import OWN, find
from equivalence_tests.tests.conftest import ROOT

DEAR = 3  # an example of a model takes as long as so many of anything else
THEIRS = ('plain_linen', 'plain_nnx')  # the further ways that the notes give
OF_THEIRS = ('elman', 'lstm', 'gru', 'rnn')


@pytest.mark.parametrize('claim', CLAIMS)
@pytest.mark.parametrize('model', CASES)
def test_the_claim_holds_for_the_model(monkeypatch, model, claim):
  monkeypatch.syspath_prepend(ROOT / 'notes' / 'ways')
  # another program is compiled by itself, with its derivatives for a minute
  judged = ('gru',) if claim == 'gradients' else OF_THEIRS
  ways = [find(name) for name in (*OWN, *(THEIRS if model in judged else ()))]
  count = settings().max_examples // DEAR
  plan = Plan(count, seed=1, text=real_text())
  verdict = judge(claim, CASES[model], ways, plan)
  reproduce = python(verdict, ways) if verdict.example else ''
  assert verdict.holds, f'{verdict.message}\n\n{reproduce}'
