"""Runners of cells over batches, as loops and as Flax has them.

A sequence of a length is cut there and run. What stands at its padding is the
output of its last step, or what the cell makes of x = 1/2 where there is none;
or it is 0.
"""

import operator
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import jax
import numpy as np
from flax import linen as nn
from jax import numpy as jnp

from equivalence_tests.suite.oracle.cells import (
  Step,
  concatenated_step,
  flax_cut,
  gru_step,
  jordan_step,
  lstm,
  lstm_step,
  mgu_step,
  min_gru_step,
  over_time,
)
from equivalence_tests.suite.oracle.dense import affine, as_source
from equivalence_tests.suite.oracle.rounding import (
  Real,
  concatenate,
  exact,
  real,
  stack,
  tanh,
  where,
)

Params = Mapping[str, Any]
Hyperparameters = dict[str, Any]


def elman_step(params: Params, h: Any, x: Any) -> tuple[Any, Real]:
  """h_t = tanh(h_{t-1} W_hh + x_t W_xh + b_h): Elman (1990)."""
  h = tanh(h @ params['recurrent'] + affine(params['input'], x))
  return h, h


STEPS: Mapping[str, Step] = {
  'concatenated': partial(concatenated_step, tanh),
  'elman': elman_step,
  'gru': gru_step,
  'jordan': partial(jordan_step, tanh),
  'lstm': lstm_step,
  'mgu': partial(mgu_step, True),
  'min_gru': min_gru_step,
  'optimized_lstm': lstm_step,
}
FLAX: Mapping[str, Callable[..., nn.RNNCellBase]] = {
  'elman': nn.SimpleCell,
  'gru': nn.GRUCell,
  'lstm': nn.LSTMCell,
  'mgu': nn.MGUCell,
  'optimized_lstm': nn.OptimizedLSTMCell,
}
MERGED: Mapping[str, Callable[[Real, Real], Real]] = {
  'concatenate': lambda a, b: concatenate([a, b]),
  'add': operator.add,
}


def zeros(hyperparameters: Hyperparameters, *shape: int) -> Any:
  """The carry of nought, [*shape, features]: a pair of them for an LSTM."""
  zero = np.zeros((*shape, hyperparameters['features']))
  return (zero, zero) if named(hyperparameters).endswith('lstm') else zero


def named(hyperparameters: Hyperparameters) -> str:
  """The name of the cell."""
  return hyperparameters.get('cell', 'lstm')


def one(
  params: Params,
  xs: Real,
  first: Any,
  length: int,
  hyperparameters: Hyperparameters,
) -> tuple[Any, Real]:
  """xs [time, inputs], of a length -> the last carry, every y [time, ...]."""
  step = STEPS[named(hyperparameters)]
  carry, ys = over_time(step, params, xs[:length], first, hyperparameters)
  half = exact(np.full(xs.shape[1], 0.5))
  y = ys[length - 1] if length else step(params, first, half)[1]
  reverse = hyperparameters.get('reverse', False)
  keep = hyperparameters.get('keep_order', False)
  if reverse and not keep:
    ys = ys[::-1]
  if hyperparameters.get('include_initial_carry', False):
    h = first[-1] if isinstance(first, tuple) else first
    ys = concatenate([ys, h[None]] if reverse and keep else [h[None], ys], 0)
  padding = stack([y] * (len(xs) - length), y.value.shape)
  return carry, concatenate([ys, padding], 0)


def run(
  params: Params,
  xs: Real,
  hyperparameters: Hyperparameters,
  initial_carry: Any = None,
  seq_lengths: Any = None,
) -> tuple[Any, Real]:
  """xs [batch, time, inputs] -> the carry of each, every y of each."""
  features = hyperparameters['features']
  carries, every = [], []
  for b, x in enumerate(xs):
    length = len(x) if seq_lengths is None else int(seq_lengths[b])
    if initial_carry is None:
      first = jax.tree.map(exact, zeros(hyperparameters))
    else:
      first = jax.tree.map(lambda leaf, b=b: real(leaf[b]), initial_carry)
    carry, ys = one(params, x, first, length, hyperparameters)
    carries.append(jax.tree.leaves(carry))
    every.append(ys)
  width = len(jax.tree.leaves(zeros(hyperparameters)))
  carry = [stack([c[i] for c in carries], (features,)) for i in range(width)]
  steps = xs.shape[1] + hyperparameters.get('include_initial_carry', False)
  return carry, stack(every, (steps, features))


def laid_out(
  function: Callable[..., tuple[Any, Real]],
  xs: Real,
  hyperparameters: Hyperparameters,
  seq_lengths: Any,
) -> Any:
  """The function's ys, with the carry if it is returned, time first or not."""
  time_major = hyperparameters.get('time_major', False)
  carry, ys = function(xs.swapaxes(0, 1) if time_major else xs)
  if hyperparameters.get('zero_padding', False) and seq_lengths is not None:
    more = hyperparameters.get('include_initial_carry', False)
    ends = np.asarray(seq_lengths, int)[:, None, None] + more
    ys = where(np.arange(ys.shape[1])[:, None] < ends, ys, exact(0.0))
  if time_major:
    ys = ys.map(lambda leaf: leaf.swapaxes(0, 1))
  return (carry, ys) if hyperparameters.get('return_carry', False) else ys


def rnn(
  variables: Params,
  xs: Real,
  hyperparameters: Hyperparameters,
  initial_carry: Any = None,
  seq_lengths: Any = None,
) -> Any:
  """The cell's equation, over each sequence of a batch by itself."""

  def each(xs: Real) -> tuple[Any, Real]:
    params = variables['params']['cell']
    return run(params, xs, hyperparameters, initial_carry, seq_lengths)

  return laid_out(each, xs, hyperparameters, seq_lengths)


def bidirectional(
  variables: Params,
  xs: Real,
  hyperparameters: Hyperparameters,
  initial_carry: Any = None,
  seq_lengths: Any = None,
) -> Any:
  """One forward, one backward: Schuster & Paliwal (1997)."""
  names = ('forward_rnn', 'backward_rnn')
  cells = [variables['params'][name]['cell'] for name in names]
  first = initial_carry or (None, None)
  merged = MERGED[hyperparameters.get('merge_fn', 'concatenate')]

  def both(xs: Real) -> tuple[Any, Real]:
    (on, ys), (back, back_ys) = (
      run(cells[i], xs, how, first[i], seq_lengths)
      for i, how in enumerate(each_way(hyperparameters))
    )
    return (on, back), merged(ys, back_ys)

  return laid_out(both, xs, hyperparameters, seq_lengths)


def dense(params: Params, x: Any) -> Any:
  """x [batch, inputs] -> x W + b [batch, features]; b where there is one."""
  y = x @ params['kernel'].astype(x.dtype)
  return y + params['bias'].astype(x.dtype)[None] if 'bias' in params else y


def concatenated(params: Params, h: Any, x: Any) -> Any:
  """tanh((h, x) W + b), as the blog has it: [batch, features]."""
  return jnp.tanh(dense(params['joint'], jnp.concatenate([h, x], -1)))


def jordan(params: Params, y: Any, x: Any) -> Any:
  """tanh(x W + b + y W') W'' + b'': [batch, features]."""
  h = jnp.tanh(dense(params['ih'], x) + dense(params['hh'], y))
  return dense(params['ho'], h)


def min_gru(params: Params, h: Any, x: Any) -> Any:
  """(1 - z) h + z n, z and n of x alone: [batch, features]."""
  z = nn.sigmoid(dense(params['iz'], x))
  return (1 - z) * h + z * dense(params['ih'], x)


EQUATIONS: Mapping[str, Callable[..., Any]] = {
  'concatenated': concatenated,
  'jordan': jordan,
  'min_gru': min_gru,
}


class OfEquation(nn.RNNCellBase):
  """A cell that Flax has none of, as its runner takes one.

  Attributes:
    equation: parameters, h [batch, features], x [batch, inputs] -> h.
  """

  equation: Callable[..., Any]
  num_feature_axes = 1

  @nn.compact
  def __call__(self, h, x):
    """H, x [batch, ...] -> h, y."""
    h = self.equation(self.variables['params'], h, x.astype(h.dtype))
    return h, h


def flax_cell(hyperparameters: Hyperparameters) -> nn.RNNCellBase:
  """Flax's cell; its recurrent initializer given, see `cells.flax_elman`."""
  name, features = named(hyperparameters), hyperparameters['features']
  dtype = hyperparameters['dtype']
  dtypes = {
    'dtype': dtype,
    'param_dtype': hyperparameters.get('param_dtype', 'float32'),
  }
  if name not in FLAX:
    return OfEquation(EQUATIONS[name])
  own = {'recurrent_kernel_init': nn.initializers.zeros}
  return FLAX[name](features, **own, **dtypes)


def with_first(
  hyperparameters: Hyperparameters, ys: Any, carry: Any, seq_lengths: Any
) -> Any:
  """ys [batch, time, ...], or time first, and h_0 where the network began."""
  if not hyperparameters.get('include_initial_carry', False):
    return ys
  turned_back = ('reverse', 'keep_order')
  late = all(hyperparameters.get(name, False) for name in turned_back)
  batch = 1 if hyperparameters.get('time_major', False) else 0
  h = carry[-1] if isinstance(carry, tuple) else carry
  if seq_lengths is None:
    seq_lengths = jnp.full(len(h), ys.shape[1 - batch])

  def each(ys: Any, h: Any, length: Any) -> Any:
    at = length if late else 0
    steps = jnp.arange(len(ys) + 1)[:, None]
    early, later = (
      jnp.concatenate([ys, h[None]]),
      jnp.concatenate([h[None], ys]),
    )
    return jnp.where(steps == at, h, jnp.where(steps < at, early, later))

  return jax.vmap(each, (batch, 0, 0), batch)(ys, h, seq_lengths)


def flax_params(params: Params, hyperparameters: Hyperparameters) -> Params:
  """The parameters of a cell, under the names that Flax's cell has."""
  if named(hyperparameters) != 'elman':
    return params
  return {'i': params['input'], 'h': {'kernel': params['recurrent']}}


def given_or_zeros(
  hyperparameters: Hyperparameters, xs: Any, initial_carry: Any
) -> Any:
  """The first carry [batch, features], as plain tuples, of the right dtype."""
  if initial_carry is not None:
    whole = isinstance(initial_carry, tuple)
    return tuple(initial_carry) if whole else initial_carry
  batch = xs.shape[1 if hyperparameters.get('time_major', False) else 0]
  dtype = hyperparameters['dtype']
  return jax.tree.map(
    lambda leaf: leaf.astype(dtype), zeros(hyperparameters, batch)
  )


def flax_lengths(
  hyperparameters: Hyperparameters, xs: Any, seq_lengths: Any
) -> Any:
  """The lengths [batch] as Flax takes them.

  In JAX's own ints, to which alone it adds them; and none where there are no
  steps, of which it cannot pick the last.
  """
  steps = xs.shape[0 if hyperparameters.get('time_major', False) else 1]
  return None if seq_lengths is None or not steps else seq_lengths.astype(int)


def of_nothing(
  params: Params,
  xs: Any,
  hyperparameters: Hyperparameters,
  carries: tuple[Any, Any],
  seq_lengths: Any,
) -> tuple[Any, Any]:
  """The carry as ours is, and y [batch, features] of x = 1/2 from the first.

  Of a sequence of length 0 Flax's runner returns the carry of the last step.
  """
  first, last = carries
  time = 0 if hyperparameters.get('time_major', False) else 1
  half = jnp.full_like(xs.take(0, time), 0.5)
  empty = (seq_lengths == 0)[:, None]
  last = jax.tree.map(lambda a, b: jnp.where(empty, a, b), first, last)
  _, y = flax_cell(hyperparameters).apply({'params': params}, first, half)
  return last, y


def put_padding(
  hyperparameters: Hyperparameters, ys: Any, nothing: Any, seq_lengths: Any
) -> Any:
  """ys [batch, time, ...], or time first, with padding that is as ours.

  Flax's runner goes on through the padding. nothing [batch, ...] is what
  stands there if a sequence has no steps.
  """
  time = 0 if hyperparameters.get('time_major', False) else 1
  along = lambda leaf: jnp.expand_dims(leaf, (time, 2))
  reverse = hyperparameters.get('reverse', False)
  turned = reverse and not hyperparameters.get('keep_order', False)
  last = 0 * seq_lengths if turned else jnp.maximum(seq_lengths, 1) - 1
  padding = jnp.take_along_axis(ys, along(last), time)
  empty = along(seq_lengths == 0)
  padding = jnp.where(empty, jnp.expand_dims(nothing, time), padding)
  if hyperparameters.get('zero_padding', False):
    padding = jnp.zeros_like(padding)
  steps = jnp.expand_dims(jnp.arange(ys.shape[time]), (1 - time, 2))
  return jnp.where(steps < along(seq_lengths), ys, padding)


def flax_rnn(
  variables: Params,
  xs: Any,
  hyperparameters: Hyperparameters,
  initial_carry: Any = None,
  seq_lengths: Any = None,
) -> Any:
  """`nn.RNN` on the same variables; what it makes of padding is made ours."""
  seq_lengths = flax_lengths(hyperparameters, xs, seq_lengths)
  params = flax_params(variables['params']['cell'], hyperparameters)
  first = given_or_zeros(hyperparameters, xs, initial_carry)
  names = ('time_major', 'reverse', 'keep_order', 'unroll')
  how = {n: hyperparameters[n] for n in names if n in hyperparameters}
  runner = nn.RNN(flax_cell(hyperparameters), return_carry=True, **how)
  carry, ys = runner.apply(
    {'params': {'cell': params}},
    xs,
    initial_carry=first,
    seq_lengths=seq_lengths,
  )
  if seq_lengths is not None:
    carries = first, carry
    carry, y = of_nothing(params, xs, hyperparameters, carries, seq_lengths)
    ys = put_padding(hyperparameters, ys, y, seq_lengths)
  ys = with_first(hyperparameters, ys, first, seq_lengths)
  return (carry, ys) if hyperparameters.get('return_carry', False) else ys


def flax_bidirectional(
  variables: Params,
  xs: Any,
  hyperparameters: Hyperparameters,
  initial_carry: Any = None,
  seq_lengths: Any = None,
) -> Any:
  """`nn.Bidirectional` on the same variables; padding as in `flax_rnn`."""
  seq_lengths = flax_lengths(hyperparameters, xs, seq_lengths)
  merge_fn = hyperparameters.get('merge_fn', joined)
  names = ('forward_rnn', 'backward_rnn')
  each = [variables['params'][name]['cell'] for name in names]
  params = [flax_params(cell, hyperparameters) for cell in each]
  first = [
    given_or_zeros(hyperparameters, xs, carry)
    for carry in initial_carry or (None, None)
  ]
  cells = {
    name: {'cell': cell} for name, cell in zip(names, params, strict=True)
  }
  carry, ys = flax_both(hyperparameters, merge_fn).apply(
    {'params': cells}, xs, initial_carry=first, seq_lengths=seq_lengths
  )
  if seq_lengths is not None:
    each = [
      of_nothing(params[i], xs, how, (first[i], carry[i]), seq_lengths)
      for i, how in enumerate(each_way(hyperparameters))
    ]
    carry, (y, back_y) = zip(*each, strict=True)
    ys = put_padding(hyperparameters, ys, merge_fn(y, back_y), seq_lengths)
  return (carry, ys) if hyperparameters.get('return_carry', False) else ys


def flax_both(
  hyperparameters: Hyperparameters, merge_fn: Callable[..., Any]
) -> nn.Bidirectional:
  """Flax's runner of both directions, that returns its carry."""
  forward, backward = (
    nn.RNN(flax_cell(hyperparameters), unroll=hyperparameters.get('unroll', 1))
    for _ in range(2)
  )
  time_major = hyperparameters.get('time_major', False)
  return nn.Bidirectional(forward, backward, merge_fn, time_major, True)


def joined(forward: Any, backward: Any) -> Any:
  """One after the other along the last axis."""
  return jnp.concatenate([forward, backward], -1)


def each_way(hyperparameters: Hyperparameters) -> list[Hyperparameters]:
  """Those of the network that runs forward, and of the one backward."""
  both = {**hyperparameters, 'keep_order': True}
  return [{**both, 'reverse': False}, {**both, 'reverse': True}]


def simple_scan(
  variables: Params,
  xs: Real,
  hyperparameters: dict[str, Any],
  initial_carry: Any = None,
  seq_lengths: Any = None,
) -> Any:
  """The LSTM over each xs_b: xs [batch, time, inputs].

  Source: Hochreiter & Schmidhuber (1997), as `cells.lstm_step` has it.
  """
  size = {**hyperparameters, 'features': xs.shape[-1]}
  cell = {'params': {'cell': variables['params']['lstm_cell']}}
  each = []
  for b, x in enumerate(xs):
    first = jax.tree.map(lambda leaf, b=b: leaf[b], initial_carry)
    length = None if seq_lengths is None else seq_lengths[b]
    each.append(lstm(cell, x, size, first, length))
  carry = tuple(
    stack([carry[leaf] for carry, _ in each], xs.shape[2:]) for leaf in (0, 1)
  )
  return carry, stack([hs for _, hs in each], xs.shape[1:])


class SimpleScan(nn.Module):
  """The source's: the LSTM of Flax, scanned along axis 1.

  Adapted to a cell that has its features: `initialize_carry` is a method of it
  that takes the shape of an input, and `dtype` is given, and a first carry.
  """

  dtype: Any = None

  @nn.compact
  def __call__(self, xs, initial_carry=None):
    """Xs [batch, time, features] -> (c, h) [batch, features], hs as xs."""
    dummy_rng = jax.random.PRNGKey(0)
    given = {'features': xs.shape[-1], 'dtype': self.dtype}
    given['param_dtype'] = self.dtype or jax.numpy.float32
    given['recurrent_kernel_init'] = nn.initializers.zeros
    cell = nn.LSTMCell(**given, parent=None)
    shape = (len(xs), xs.shape[-1])
    zeros = cell.initialize_carry(dummy_rng, shape)
    init_carry = tuple(initial_carry or zeros)
    LSTM = nn.scan(
      nn.LSTMCell,
      in_axes=1,
      out_axes=1,
      variable_broadcast='params',
      split_rngs={'params': False},
    )
    return LSTM(**given, name='lstm_cell')(init_carry, xs)


of_source = as_source(lambda given: SimpleScan(given['dtype']))


@flax_cut
def flax_simple_one(
  variables: Params, xs: Any, hyperparameters: Hyperparameters, first: Any
) -> Any:
  """The source's, of a batch of one: xs [time, inputs]."""
  xs, first = jax.tree.map(lambda leaf: leaf[None], (xs, first))
  whole = of_source(variables, xs, hyperparameters, initial_carry=first)
  return jax.tree.map(lambda leaf: leaf[0], whole)


def flax_simple_scan(
  variables: Params,
  xs: Any,
  hyperparameters: Hyperparameters,
  initial_carry: Any = None,
  seq_lengths: Any = None,
) -> Any:
  """The source's; or, of sequences with lengths, its of each by itself."""
  if seq_lengths is None:
    given = {'initial_carry': initial_carry}
    return of_source(variables, xs, hyperparameters, **given)

  def one(xs: Any, first: Any, length: Any) -> Any:
    given = {'initial_carry': first, 'seq_length': length}
    return flax_simple_one(variables, xs, hyperparameters, **given)

  return jax.vmap(one)(xs, initial_carry, seq_lengths)
