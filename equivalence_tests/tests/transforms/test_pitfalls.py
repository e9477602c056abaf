"""What people hit when they lift loops: what happens, and what to write.

Each is asserted, so that a Flax that changes it is seen; the numbers are of the
Flax issues where people met it.
"""

import jax
import pytest
from flax import errors
from flax import linen as nn
from flax.core import apply, init, lift
from jax import numpy as jnp

XS = jnp.ones((4, 3))
H = jnp.ones(3)


def key():
  """A key that nobody has used: JAX watches that none is used twice."""
  return jax.random.key(0)


class Step(nn.Module):
  """(h, x) -> (h, h), of a dense layer `dense`."""

  @nn.compact
  def __call__(self, h, x):
    # exact draws: those of others round as the program around them does
    exact = nn.initializers.uniform(1.0)
    h = nn.Dense(3, kernel_init=exact, name='dense')(h) + x
    return h, h


class Masked(nn.Module):
  """(h, x) -> (h, x dropped)."""

  @nn.compact
  def __call__(self, h, x):
    return h, nn.Dropout(0.5, deterministic=False)(x)


class Sum(nn.Module):
  """(h, x, y) -> (h, x + y), summed."""

  def __call__(self, h, x, y):
    return h, x.sum() + y.sum()


class Counting(nn.Module):
  """(h, x) -> (h, x), and one more in `count`."""

  @nn.compact
  def __call__(self, h, x):
    count = self.variable('count', 'n', lambda: jnp.float32(0))
    count.value += 1
    return h, x


class Sowing(nn.Module):
  """(h, x) -> (h, x), and x is sown."""

  @nn.compact
  def __call__(self, h, x):
    self.sow('intermediates', 'x', x)
    return h, x


def kernels(variables):
  """The kernels of the layers, one row for each."""
  return variables['params']['dense']['kernel']


def members(split):
  """The kernels of an ensemble, its stream of parameters split or not."""
  axes = {'params': 0}
  lifted = nn.vmap(nn.Dense, variable_axes=axes, split_rngs={'params': split})
  return lifted(2).init(key(), XS)['params']['kernel']


def test_an_axis_without_a_split_stream_makes_all_alike():
  """#1107; split the stream wherever the parameters have an axis."""
  same, other = members(False), members(True)
  assert (same[0] == same[1]).all()
  assert (other[0] != other[1]).any()


def test_a_stream_that_is_not_named_is_not_there():
  """Absent is not False: name every stream."""
  lifted = nn.vmap(nn.Dense, variable_axes={'params': 0}, split_rngs={})
  with pytest.raises(errors.InvalidRngError, match='needs PRNG for "params"'):
    lifted(2).init(key(), XS)
  body = lambda scope, x: x * scope.param('w', nn.initializers.ones, ())
  lifted = lift.vmap(body, variable_axes={'params': 0}, split_rngs={})
  with pytest.raises(errors.InvalidRngError, match='needs PRNG for "params"'):
    init(lifted)(key(), XS)


def masks(rngs):
  """How many different masks there are, of five steps."""
  scan = nn.scan(
    Masked,
    variable_broadcast='params',
    split_rngs={'params': False, 'dropout': True},
  )
  _, ys = scan().apply({}, 0.0, jnp.ones((5, 8)), rngs=rngs)
  return len({row.tobytes() for row in map(jax.device_get, ys)})


def test_a_key_alone_is_that_of_params_and_its_split_governs():
  """#4973, #3699; give the stream by its name."""
  assert masks(key()) == 1
  assert masks({'dropout': key()}) == 5


def shared(**options):
  """The step over time, its parameters shared."""
  usual = {'variable_broadcast': 'params', 'split_rngs': {'params': False}}
  return nn.scan(Step, **{**usual, **options})()


def test_shared_parameters_of_a_split_stream_depend_on_the_loop():
  """#474; what is shared is not split."""
  with pytest.raises(ValueError, match='has a data dependency on the scan'):
    shared(split_rngs={'params': True}).init(key(), H, XS)
  shared().init(key(), H, XS)


def test_shared_parameters_are_not_made_without_the_check():
  """Without an error; initialise with the check on."""
  assert shared(check_constancy_invariants=False).init(key(), H, XS) == {}
  assert 'params' in shared().init(key(), H, XS)


def test_layers_begin_as_they_would_alone_only_without_the_check():
  """#1771; or vmap the init, as `layer_scan` does."""

  def stack(**options):
    axes = {'variable_axes': {'params': 0}, 'split_rngs': {'params': True}}
    scan = nn.scan(Step, length=4, **axes, **options)
    return kernels(scan().init(key(), H, XS))

  alone = kernels(
    jax.vmap(lambda k: Step().init(k, H, XS[0]))(jax.random.split(key(), 4))
  )
  assert not (stack() == alone).all()
  assert (stack(check_constancy_invariants=False) == alone).all()


@pytest.mark.parametrize(
  ('in_axes', 'said'),
  [
    ((0, 0), 'Inconsistent scan lengths: {4, 5}'),
    (0, 'different leading axis sizes: 4, 5'),
  ],
)
def test_lengths_that_differ_are_refused_by_flax_or_by_jax(in_axes, said):
  """#481; Flax looks at them only where each has an axis of its own."""
  with pytest.raises(ValueError, match=said):
    nn.scan(Sum, in_axes=in_axes)().apply({}, 0.0, jnp.ones(4), jnp.ones(5))


def test_a_loop_over_nothing_needs_a_length():
  class Nothing(nn.Module):
    def __call__(self, h):
      return h, None

  with pytest.raises(ValueError, match='length should be specified manually'):
    nn.scan(Nothing)().apply({}, 0.0)
  nn.scan(Nothing, length=2)().apply({}, 0.0)


def test_what_all_steps_see_is_broadcast_and_not_none():
  """#1977, #2774; the first axis of `in_axes` is that of what follows h."""
  xs, same = jnp.ones(4), jnp.ones(5)
  with pytest.raises(ValueError, match='None'):
    nn.scan(Sum, in_axes=(0, None))().apply({}, 0.0, xs, same)
  _, ys = nn.scan(Sum, in_axes=(0, nn.broadcast))().apply({}, 0.0, xs, same)
  assert ys.shape == (4,)


def test_a_step_returns_two_things():
  """#2754; for layers, too, the second may be None."""

  class One(nn.Module):
    def __call__(self, h, x):
      return h

  with pytest.raises(ValueError, match='too many values to unpack'):
    nn.scan(One)().apply({}, H, jnp.ones(4))


def test_arguments_by_name_are_lost():
  """#2772, #3171; a warning, and an error of something else: by position."""

  class ByName(nn.Module):
    def __call__(self, *, inputs):
      return inputs

  lifted = nn.vmap(ByName, variable_axes={}, split_rngs={})()
  said = 'kwargs are not supported in vmap, so "inputs" is'
  with (
    pytest.warns(RuntimeWarning, match=said),
    pytest.raises(ValueError, match='axis_size should be specified'),
  ):
    lifted.apply({}, inputs=XS)


def test_what_is_carried_cannot_be_made_in_the_loop():
  """#2052, #3228; run the body once before, while initialising."""
  with pytest.raises(TypeError, match='same pytree structure'):
    nn.scan(Counting, variable_carry='count')().init(key(), 0.0, XS)
  variables = Counting().init(key(), 0.0, XS[0])
  scan = nn.scan(Counting, variable_carry='count')()
  _, moved = scan.apply(variables, 0.0, XS, mutable=['count'])
  assert moved['count']['n'] == variables['count']['n'] + len(XS)


def test_what_is_carried_must_be_mutable():
  """#3602; name the collection in `mutable`."""
  variables = {'count': {'n': jnp.float32(0)}}
  scan = nn.scan(Counting, variable_carry='count')()
  with pytest.raises(errors.ModifyScopeVariableError, match='is immutable'):
    scan.apply(variables, 0.0, XS)


def test_what_is_sown_vanishes_where_its_collection_is_not_lifted():
  """#2274; give it an axis. A scope raises, where a module is silent."""
  moving = {'mutable': ['intermediates']}
  _, lost = nn.scan(Sowing)().apply({}, 0.0, XS, **moving)
  assert lost == {}
  axes = {'intermediates': 0}
  _, kept = nn.scan(Sowing, variable_axes=axes)().apply({}, 0.0, XS, **moving)
  assert kept['intermediates']['x'][0].shape == XS.shape

  def step(scope, h, x):
    scope.put_variable('intermediates', 'x', x)
    return h, x

  with pytest.raises(errors.ModifyScopeVariableError):
    apply(lift.scan(step), **moving)({}, 0.0, XS)


def test_what_is_carried_keeps_its_dtype():
  """jax #15178; cast the first carry to what the cell returns."""

  class Narrow(nn.Module):
    def __call__(self, h, x):
      return h.astype('bfloat16'), x

  scan = nn.scan(Narrow)()
  with pytest.raises(TypeError, match='must have equal types'):
    scan.apply({}, H, XS)
  scan.apply({}, H.astype('bfloat16'), XS)
