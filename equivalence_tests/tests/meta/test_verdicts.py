"""What rests on a failure is not judged; what is not claimed does not hold."""

from collections.abc import Mapping
from typing import get_args, get_type_hints

import pytest
from jax import numpy as jnp

import linen_rnn
from core_rnn.model import Model
from equivalence_tests.meta.blind import faulty
from equivalence_tests.meta.deaf import Wrapped
from equivalence_tests.suite.cases import Example
from equivalence_tests.suite.claims import CLAIMS, Claim
from equivalence_tests.suite.differences import of_programs
from equivalence_tests.suite.judge import Plan, Verdict, check_one, judge, merge
from equivalence_tests.suite.models import CASES
from equivalence_tests.suite.programs import subject
from equivalence_tests.suite.ways import (
  OWN,
  Misuse,
  Way,
  check_declared,
  check_only,
  find,
)
from equivalence_tests.terminal.markdown import heads, with_rows
from equivalence_tests.terminal.pool import SHARDS
from equivalence_tests.terminal.report import Report

PLAN = Plan(examples=0, seed=0, text='')
WAYS = [find(name) for name in OWN]
DENSE = CASES['dense']._replace(rows=CASES['dense'].rows[:1])


class Declaring(Wrapped):
  """A way that does not claim some things."""

  reasons: Mapping[str, str]

  def declared(self, model):
    return self.reasons


def declaring(way=None, **reasons):
  """A way that gives these reasons, and is otherwise as the other."""
  made = Declaring('theirs', 'core_rnn.pure')
  made.made = (way or WAYS[0]).factory('dense')
  made.reasons = {key.replace('__', '.'): reasons[key] for key in reasons}
  return made


def verdict(claim, holds=True, figure=0.0, **more):
  return Verdict('dense', claim, holds, figure, 'ULP', 2, 0.5, **more)


def report(*verdicts, ways=WAYS):
  made = Report(['dense'], [v.claim for v in verdicts[::SHARDS]], ways, PLAN)
  for one in verdicts:
    made.add(one)
  return made


def parts(*verdicts):
  """The same verdict on each part of the examples."""
  return [v for v in verdicts for _ in range(SHARDS)]


@pytest.mark.parametrize('claim', CLAIMS)
def test_a_claim_that_rests_on_one_that_failed_is_not_judged(claim):
  for found in CLAIMS[claim].rests_on:
    made = judge(claim, DENSE, WAYS, PLAN, frozenset({found}))
    assert (made.holds, made.fails, made.rests_on) == (False, False, found)
    assert made.examples == 0


def test_claims_rest_on_claims_that_are_judged_before():
  for number, (name, claim) in enumerate(CLAIMS.items()):
    assert set(claim.rests_on) <= {*list(CLAIMS)[:number]}, name


@pytest.mark.parametrize('claim', CLAIMS.values(), ids=CLAIMS)
def test_a_claim_says_what_it_is_tried_on_in_words_that_are_known(claim):
  words = {name: get_args(hint) for name, hint in get_type_hints(Claim).items()}
  assert claim.depends_on in words['depends_on']
  assert claim.covers in words['covers']


def test_one_cause_is_one_failure():
  """Another gate is other outputs, and with these other derivatives."""
  made = report(
    *parts(
      verdict('variables'),
      verdict('outputs', False, 3, example=Example(DENSE.rows[0])),
      verdict('gradients', False, 9),
      verdict('program', False, 2),
    )
  )
  assert [v.claim for v in made.failures] == ['outputs']
  assert [made.shown(v) for v in made.done] == [
    '0',
    'FAILS 3',
    'not judged',
    'not judged',
  ]
  assert 'dense: gradients not judged, since outputs fails' in made.remarks()
  assert '2 not judged, 1 does not hold' in made.closing()


def test_a_failure_on_any_part_is_a_failure_and_the_parts_add_up():
  failing = verdict('init', False, 7.0, message='it fails')
  merged = merge([verdict('init', figure=1.0), failing])
  assert (merged.fails, merged.figure, merged.message) == (
    True,
    7.0,
    'it fails',
  )
  assert (merged.examples, merged.seconds) == (4, 1.0)
  holding = merge([verdict('init', figure=1.0), verdict('init', figure=2.0)])
  assert (holding.holds, holding.figure) == (True, 2.0)


def test_what_a_way_does_not_claim_is_not_judged_and_not_said_to_hold():
  faulted = faulty('init', DENSE.rows[0]).of(find('pure'), 'dense')
  theirs = declaring(faulted, init='keys of its own')
  assert judge('init', DENSE, [*WAYS, faulted], PLAN).fails
  assert judge('init', DENSE, [*WAYS, theirs], PLAN).holds
  made = report(*parts(verdict('init')), ways=[*WAYS, theirs])
  assert made.shown(made.done[0]) == 'not claimed'
  said = 'theirs: dense: init not claimed: keys of its own'
  assert list(made.remarks()) == [said]
  assert made.as_json()['verdicts'][0]['not_claimed'] == {
    'theirs': 'keys of its own'
  }


def test_programs_of_inits_that_have_keys_of_their_own_are_not_held_equal():
  faulted = faulty('init', DENSE.rows[0]).of(find('pure'), 'dense')
  assert judge('program', DENSE, [WAYS[1], faulted], PLAN).fails
  theirs = declaring(faulted, init='keys of its own')
  assert judge('program', DENSE, [WAYS[1], theirs], PLAN).holds


def test_of_a_program_the_first_that_differs_is_shown():
  row = DENSE.rows[0]
  faulted = faulty('program', row).of(find('pure'), 'dense')
  said = judge('program', DENSE, [WAYS[1], faulted], PLAN).message
  assert '; apply: another text; vjp: another text' in said
  first, other = (subject(way, DENSE, row) for way in (WAYS[1], faulted))
  assert f'\n  apply, {of_programs(first, other, "apply")}' in said


def test_where_a_way_breaks_down_the_last_line_of_its_own_is_named():
  def broken(*args, **kwargs):
    return Model(lambda rngs, x: jnp.zeros(rngs), find)

  theirs = Wrapped('theirs', 'equivalence_tests.tests.meta')
  theirs.made = broken
  said = judge('variables', DENSE, [WAYS[0], theirs], PLAN).message
  assert said.startswith('variables: theirs dense: expected a result, got ')
  assert 'meta/test_verdicts.py:' in said
  assert said.endswith(': return Model(lambda rngs, x: jnp.zeros(rngs), find))')


def test_of_one_model_alone_something_may_not_be_claimed():
  theirs = declaring(lstm__init='other keys')
  assert theirs.why_not('init', 'lstm') == 'other keys'
  assert theirs.why_not('init', 'gru') is None


@pytest.mark.parametrize(
  ('reasons', 'words'),
  [
    ({'inits': 'no such claim'}, "unknown claim 'inits'; did you mean init?"),
    ({'lstmm__init': 'no'}, "unknown model 'lstmm'; did you mean lstm?"),
    ({'init': ' '}, "init: expected a reason, got ' '"),
  ],
)
def test_a_declaration_that_says_nothing_is_misuse(reasons, words):
  said = declaring(**reasons).declared('dense')
  with pytest.raises(Misuse) as misuse:
    check_declared('way theirs', said, CLAIMS, CASES)
  assert str(misuse.value) == f'way theirs: NOT_CLAIMED: {words}'


@pytest.mark.parametrize(
  ('said', 'words'),
  [
    (('elman',), 'expected hyperparameter -> values, got tuple'),
    ({'elmann.unroll': (1,)}, "unknown model 'elmann'; did you mean elman?"),
    (
      {'elman.unrol': (1,)},
      "unknown hyperparameter 'unrol'; did you mean unroll?",
    ),
    ({'elman': (1,)}, "unknown hyperparameter ''"),
    ({'elman.unroll': ()}, 'elman.unroll: expected a tuple of values, got ()'),
    ({'elman.unroll': 1}, 'elman.unroll: expected a tuple of values, got 1'),
  ],
)
def test_values_of_nothing_are_misuse(monkeypatch, said, words):
  monkeypatch.setattr(linen_rnn, 'ONLY', said, raising=False)
  with pytest.raises(Misuse) as misuse:
    check_only(Way('theirs', 'linen_rnn'), CASES)
  assert str(misuse.value) == f'way theirs: ONLY: {words}'


def test_an_example_of_which_no_way_has_anything_is_misuse(monkeypatch):
  monkeypatch.setattr(
    linen_rnn, 'ONLY', {'dense.features': (1,)}, raising=False
  )
  ways = [Way('theirs', 'linen_rnn')]
  with pytest.raises(Misuse, match=r'^dense: expected a way'):
    check_one('variables', ways, CASES['dense'], Example(DENSE.rows[0]))


def test_ways_that_are_near_hold_if_so_many_ulp_are_allowed():
  case = DENSE
  ways = [
    find('pure'),
    faulty('outputs', case.rows[0]).of(find('scope'), 'dense'),
  ]
  failing = judge('outputs', case, ways, PLAN)
  assert failing.fails
  assert failing.figure > 0
  allowed = PLAN._replace(ulp=2**62)
  assert judge('outputs', DENSE, ways, allowed).holds


def test_what_was_judged_under_a_name_is_not_taken_for_what_has_it_now():
  right, wrong = find('pure'), faulty('outputs', DENSE.rows[0])
  for way, fails in ((right, False), (wrong.of(right, 'dense'), True)):
    assert judge('outputs', DENSE, [WAYS[1], way], PLAN).fails == fails


TABLE = '<!-- verdicts -->\n{}\n<!-- end of verdicts -->'


def test_rows_are_merged_into_a_table_by_model():
  old = '\n'.join([*heads(['init']), '| `dense` | 1 |', '| `gru` | 2 |'])
  new = with_rows(TABLE.format(old), ['init'], {'lstm': '| `lstm` | 3 |'})
  assert new == TABLE.format(
    '\n'.join(
      [*heads(['init']), '| `dense` | 1 |', '| `lstm` | 3 |', '| `gru` | 2 |']
    )
  )


def test_a_table_of_other_claims_is_not_thrown_away():
  old = '\n'.join([*heads(['init', 'errors']), '| `dense` | 1 | 2 |'])
  with pytest.raises(
    Misuse, match='expected a table of init, got one of other'
  ):
    with_rows(TABLE.format(old), ['init'], {})
