"""Variables, carries and filters in every container that Flax takes."""

from collections import OrderedDict, namedtuple
from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, cast

import chex
import jax
import pytest
from flax import serialization
from flax.core import DenyList, FrozenDict
from flax.core.scope import in_filter
from hypothesis import given
from hypothesis import strategies as st
from jax import numpy as jnp

from core_rnn.types import BothWays, LSTMCarry
from equivalence_tests.suite.cases import Example, arrays, split
from equivalence_tests.suite.models import CASES
from equivalence_tests.suite.programs import normal, subject
from equivalence_tests.suite.strictness import flax_flag
from equivalence_tests.suite.ways import OWN, find

# a model without variables, one without state, and every setting with state
SETTINGS = [
  ('dropout', CASES['dropout'].rows[0]),
  ('elman', CASES['elman'].rows[0]),
  *(
    (name, setting)
    for name, case in CASES.items()
    for setting in case.rows
    if case.state and setting.dtype != 'float64' and not setting.batch
  ),
]
NAMES = st.sampled_from(('params', 'batch_stats', 'counter', 'cache', 'other'))
FILTERS: st.SearchStrategy[Any] = st.recursive(
  st.booleans()
  | NAMES
  | st.lists(NAMES)
  | st.lists(NAMES).map(tuple)
  | st.sets(NAMES)
  | st.frozensets(NAMES)
  | st.dictionaries(NAMES, st.none())
  | st.dictionaries(NAMES, st.none()).map(FrozenDict),
  lambda inner: inner.map(DenyList),
  max_leaves=3,
)
NO_FILTERS: dict[str, Any] = {
  'nothing': None,
  'a number': 1,
  'a word among numbers': [1, 'params'],
  'bytes': b'params',
  'an iterator': iter(['params']),
  'an array': jnp.ones(2),
  'a deny list of a number': DenyList(cast(Any, 1)),
}
XS = jnp.linspace(-1, 1, 8).reshape(4, 2)


def called(way, at, wrap=lambda tree: tree, **options):
  """What a way's model returns in a setting, and the variables that it has."""
  model, setting = SETTINGS[at]
  case = CASES[model]
  one = subject(find(way), case, setting)
  stream = lambda seed: {s: jax.random.key(seed) for s in case.streams}
  rngs = lambda: {'params': jax.random.key(0), **stream(1)}
  variables = normal(jax.eval_shape(one.init, rngs()), 0)
  xs, named = split(case, setting, arrays(case, Example(setting)))
  draws = {'rngs': stream(2)} if case.streams else {}
  options |= {**draws, **named}
  return one.model.apply(wrap(variables), *xs, **options), variables


@given(st.integers(0, len(SETTINGS) - 1), FILTERS)
def test_a_filter_moves_in_every_way_what_it_names_in_flax(at, mutable):
  for way in OWN:
    returned, variables = jax.eval_shape(
      lambda way=way: called(way, at, mutable=mutable)
    )
    if mutable is False:
      without, _ = jax.eval_shape(lambda way=way: called(way, at))
      assert returned == without
      continue
    _, updates = returned
    expected = {n: v for n, v in variables.items() if in_filter(mutable, n)}
    assert type(updates) is dict, f'{way}: {type(updates)}'
    assert updates == expected, f'{way} {SETTINGS[at]}: {mutable!r}'


@pytest.mark.parametrize('way', OWN)
@pytest.mark.parametrize('bad', NO_FILTERS)
def test_what_is_no_filter_is_refused(way, bad):
  message = f'{way} elman: mutable: expected a filter of collections, got '
  with pytest.raises(TypeError) as error:
    called(way, 1, mutable=NO_FILTERS[bad])
  assert str(error.value).startswith(message)


@pytest.mark.parametrize('way', OWN)
@pytest.mark.parametrize('model', ['elman', 'batch_norm'])
def test_dicts_are_returned_even_where_flax_freezes_them(way, model):
  at = [name for name, _ in SETTINGS].index(model)
  setting = SETTINGS[at][1]
  one = find(way).factory(model)(**setting.hyperparameters)
  xs = arrays(CASES[model], Example(setting))
  with flax_flag('flax_return_frozendict', True):
    variables = one.init(jax.random.key(0), *xs)
    _, updates = one.apply(variables, *xs, mutable=True)
  for tree in (variables, variables['params'], updates, updates['params']):
    assert type(tree) is dict


def turned(tree):
  """The same entries, the other way round, in no dict but an OrderedDict."""
  if not isinstance(tree, Mapping):
    return tree
  return OrderedDict((n, turned(tree[n])) for n in reversed(tree))


def shown(tree):
  """The same entries behind mappings that are no dicts."""
  if not isinstance(tree, Mapping):
    return tree
  return MappingProxyType({n: shown(branch) for n, branch in tree.items()})


def restored(tree):
  """What a file of msgpack gives back, without a target."""
  state = serialization.to_state_dict(tree)
  return serialization.msgpack_restore(serialization.msgpack_serialize(state))


@pytest.mark.parametrize('way', OWN)
@given(
  st.integers(0, len(SETTINGS) - 1),
  st.sampled_from([FrozenDict, turned, shown, restored]),
)
def test_variables_may_come_in_any_mapping(way, at, wrap):
  outputs, _ = called(way, at, mutable=True)
  wrapped, _ = called(way, at, wrap, mutable=True)
  chex.assert_trees_all_equal(wrapped, outputs)


def backwards(carry):
  """A NamedTuple with the fields of another in the other order."""
  other = namedtuple('Other', carry._fields[::-1])
  return other(*reversed(carry))


CONTAINERS: tuple[Callable[..., Any], ...] = (
  lambda carry: carry,
  backwards,
  lambda carry: carry._asdict(),
  lambda carry: FrozenDict(carry._asdict()),
  lambda carry: dict(reversed(carry._asdict().items())),
  tuple,
  list,
  lambda carry: {str(place): part for place, part in enumerate(carry)},
)


@cache
def carrying(way, model):
  """(apply of an initial carry, that carry): of an LSTM, or of two."""
  both = model == 'bidirectional'
  xs = XS[None] if model != 'lstm' else XS
  one = find(way).factory(model)(features=3)
  variables = normal(
    jax.eval_shape(lambda xs: one.init(jax.random.key(0), xs), xs), 1
  )
  shape = (1, 3) if model != 'lstm' else (3,)
  draw = lambda at: jnp.sin(at + jnp.arange(3.0)).reshape(shape)
  first = LSTMCarry(draw(0), draw(1))
  first = BothWays(first, LSTMCarry(draw(2), draw(3))) if both else first
  return lambda carry: one.apply(variables, xs, initial_carry=carry), first


@pytest.mark.parametrize('way', OWN)
@given(
  st.sampled_from(['lstm', 'rnn', 'bidirectional']),
  st.lists(st.sampled_from(CONTAINERS), min_size=3, max_size=3),
  st.booleans(),
)
def test_a_carry_may_come_by_name_or_by_position(way, model, wraps, saved):
  apply, first = carrying(way, model)
  outer, *inner = wraps
  carry = first
  if isinstance(carry, BothWays):
    pairs = zip(inner, carry, strict=True)
    carry = BothWays(*(wrap(part) for wrap, part in pairs))
  carry = outer(carry)
  carry = restored(carry) if saved else carry
  chex.assert_trees_all_equal(apply(carry), apply(first))


@pytest.mark.parametrize('way', OWN)
@pytest.mark.parametrize(
  ('spoil', 'kind', 'message'),
  [
    (lambda c: (*c, c[0]), ValueError, "['c', 'h'], got ['0', '1', '2']"),
    (lambda c: c[:1], ValueError, "the entries ['c', 'h'], got ['0']"),
    (lambda c: {'c': c[0]}, ValueError, "the entries ['c', 'h'], got ['c']"),
    (
      lambda c: namedtuple('Other', 'memory h')(*c),
      ValueError,
      "the entries ['c', 'h'], got ['h', 'memory']",
    ),
    (lambda c: c[0], TypeError, 'the entries'),
    (lambda c: {1: c[0], 'h': c[1]}, ValueError, "got ['h', 1]"),
    (lambda c: {'c': c[0], 'h': 1.0}, TypeError, "['h']: expected an array"),
  ],
)
def test_a_carry_in_the_wrong_container_is_refused(way, spoil, kind, message):
  apply, first = carrying(way, 'lstm')
  with pytest.raises(kind) as error:
    apply(spoil(tuple(first)))
  assert str(error.value).startswith(f'{way} lstm: initial_carry')
  assert message in str(error.value)
