"""Every claim on every model, as the command line judges them."""

import pytest
from hypothesis import settings

from equivalence_tests.cases import CASES, real_text
from equivalence_tests.claims import CLAIMS
from equivalence_tests.judge import Plan, judge, python
from equivalence_tests.report import SHARDS
from equivalence_tests.ways import OWN, find

WAYS = [find(name) for name in OWN]
PARTS = [
  pytest.param(
    model, claim, shard, marks=pytest.mark.xdist_group(f'{model} {shard}')
  )
  for model in CASES
  for shard in range(SHARDS)
  for claim in CLAIMS
]


@pytest.mark.parametrize(('model', 'claim', 'shard'), PARTS)
def test_the_claim_holds_for_the_model(model, claim, shard):
  plan = Plan(settings().max_examples, 1, real_text(), shard, SHARDS)
  verdict = judge(claim, CASES[model], WAYS, plan)
  reproduce = python(verdict, WAYS) if verdict.example else ''
  assert verdict.holds, f'{verdict.message}\n\n{reproduce}'
