"""Cells, as loops from their equations and as Flax has them."""

from collections.abc import Callable, Mapping
from functools import partial, wraps
from typing import Any

import jax
import numpy as np
from flax import linen as nn
from jax import numpy as jnp

from equivalence_tests.suite.oracle.dense import affine
from equivalence_tests.suite.oracle.rounding import (
  Real,
  concatenate,
  exact,
  real,
  relu,
  sigmoid,
  sin,
  stack,
  tanh,
)

Params = Mapping[str, Any]
Step = Callable[[Params, Any, Any], tuple[Any, Real]]
ACTIVATIONS: Mapping[str, Callable[[Real], Real]] = {
  'tanh': tanh,
  'sin': sin,
  'relu': relu,
}


def steps(count: int, reverse: bool = False) -> range:
  """0, 1, ..., count - 1; or from the last to the first."""
  return range(count - 1, -1, -1) if reverse else range(count)


def cut(loop: Callable[..., Any]) -> Callable[..., Any]:
  """A loop of a sequence that is cut at its length, if one is given.

  What stands at padding is the output of the last step, or what the cell makes
  of x = 1/2 where there is none; or it is 0.
  """

  @wraps(loop)
  def shorter(
    variables: Params,
    xs: Real,
    hyperparameters: dict[str, Any],
    initial_carry: Any = None,
    seq_length: Any = None,
  ) -> Any:
    run = lambda xs: loop(variables, xs, hyperparameters, initial_carry)
    if seq_length is None:
      return run(xs)
    length = int(seq_length)
    carry, ys = run(xs[:length])
    half = exact(np.full((1, *xs.shape[1:]), 0.5))
    _, last = (carry, ys) if length else run(half)
    zero = hyperparameters.get('zero_padding', False)

    def whole(ys: Real, last: Real) -> Real:
      y = exact(np.zeros(last.shape[1:])) if zero else last[-1]
      padding = stack([y] * (len(xs) - length), y.shape)
      return concatenate([ys, padding], 0)

    return carry, jax.tree.map(whole, ys, last)

  return shorter


def flax_cut(flax: Callable[..., Any]) -> Callable[..., Any]:
  """The same by Flax: cut at every length there could be, and one of these."""

  @wraps(flax)
  def shorter(
    *given: Any,
    initial_carry: Any = None,
    seq_length: Any = None,
  ) -> Any:
    *first, xs, hyperparameters = given
    run = lambda xs: flax(*first, xs, hyperparameters, initial_carry)
    if seq_length is None:
      return run(xs)
    none = run(jnp.full((1, *xs.shape[1:]), 0.5, xs.dtype))[1][0]
    zero = hyperparameters.get('zero_padding', False)

    def ended(length: int) -> Any:
      carry, ys = run(xs[:length])
      y = ys[-1] if length else none
      y = jnp.zeros_like(y) if zero else y
      return carry, jnp.stack([*ys, *[y] * (len(xs) - length)])

    each = [ended(length) for length in range(len(xs) + 1)]
    return jax.tree.map(lambda *ends: jnp.stack(ends)[seq_length], *each)

  return shorter


@cut
def elman(
  variables: Mapping[str, Any],
  xs: Any,
  hyperparameters: dict[str, Any],
  initial_carry: Real | None = None,
) -> Any:
  """h_t = f(h_{t-1} W_hh + x_t W_xh + b_h): xs [time, inputs] -> (h, hs).

  Source: Elman (1990), Finding Structure in Time.
  """
  cell = variables['params']['cell']
  f = ACTIVATIONS[hyperparameters.get('activation', 'tanh')]
  zero = exact(np.zeros(len(cell['recurrent'])))
  h = zero if initial_carry is None else real(initial_carry)
  hs = [zero] * len(xs)
  for t in steps(len(xs), hyperparameters.get('reverse', False)):
    h = f(h @ cell['recurrent'] + affine(cell['input'], xs[t]))
    hs[t] = h
  return h, stack(hs, zero.value.shape)


def elman_of(
  params: Params, xs: Any, hyperparameters: dict[str, Any], **given: Any
) -> Any:
  """The Elman network of these parameters: xs [time, inputs] -> (h, hs)."""
  return elman({'params': {'cell': params}}, xs, hyperparameters, **given)


@flax_cut
def flax_elman(
  variables: Mapping[str, Any],
  xs: Any,
  hyperparameters: dict[str, Any],
  initial_carry: Any = None,
) -> Any:
  """`nn.RNN(nn.SimpleCell)`, on the same variables: xs [time, inputs].

  The carry is always given: Flax makes its first one in the dtype of the
  parameters, which a scan refuses where another dtype is computed in. So is an
  initializer, which `apply` traces for its shape: the orthogonal one that
  Flax's cell has by default knows no bfloat16.
  """
  cell = variables['params']['cell']
  if initial_carry is None:
    initial_carry = np.zeros(
      hyperparameters['features'], hyperparameters['dtype']
    )
  rnn = nn.RNN(
    nn.SimpleCell(
      hyperparameters['features'],
      activation_fn=hyperparameters.get('activation', nn.tanh),
      recurrent_kernel_init=nn.initializers.zeros,
      dtype=hyperparameters.get('dtype'),
      param_dtype=hyperparameters.get('param_dtype', 'float32'),
    ),
    unroll=hyperparameters.get('unroll', 1),
    return_carry=True,
    reverse=hyperparameters.get('reverse', False),
    keep_order=True,
  )
  theirs = {'i': cell['input'], 'h': {'kernel': cell['recurrent']}}
  return rnn.apply(
    {'params': {'cell': theirs}}, xs, initial_carry=initial_carry
  )


def over_time(
  step: Step,
  params: Params,
  xs: Real,
  first: Any,
  hyperparameters: dict[str, Any],
) -> tuple[Any, Real]:
  """(h_t, y_t) = step(h_{t-1}, x_t): xs [time, ...] -> h_time and every y_t."""
  carry: Any = first
  ys: list[Any] = [None] * len(xs)
  for t in steps(len(xs), hyperparameters.get('reverse', False)):
    carry, ys[t] = step(params, carry, xs[t])
  h, *_ = first if isinstance(first, tuple) else (first,)
  return carry, stack(ys, h.value.shape)


def elman_step(params: Params, h: Real, x: Any) -> Real:
  """h' = tanh(h W_hh + x W_xh + b_h): Elman (1990)."""
  return tanh(h @ params['recurrent'] + affine(params['input'], x))


def lstm_step(params: Params, carry: Any, x: Any) -> tuple[Any, Real]:
  """c' = f c + i g, h' = o tanh(c'): Hochreiter & Schmidhuber (1997)."""
  c, h = carry
  z = {
    gate: affine(params[f'i{gate}'], x) + affine(params[f'h{gate}'], h)
    for gate in 'ifgo'
  }
  i, f, o = (sigmoid(z[gate]) for gate in 'ifo')
  c = f * c + i * tanh(z['g'])
  h = o * tanh(c)
  return (c, h), h


def jordan_step(
  activation: Callable[[Real], Real], params: Params, y: Any, x: Any
) -> tuple[Any, Real]:
  """y' = W f(U x + b + V y) + b': Jordan (1986)."""
  h = activation(affine(params['ih'], x) + affine(params['hh'], y))
  y = affine(params['ho'], h)
  return y, y


def gru_step(params: Params, h: Any, x: Any) -> tuple[Any, Real]:
  """h' = (1 - z) n + z h: Cho et al. (2014).

  n = tanh(W x + b + r (U h + b')) is in the form of Flax's `GRUCell`: the reset
  gate r multiplies the product, and not h.
  """
  r = sigmoid(affine(params['ir'], x) + affine(params['hr'], h))
  z = sigmoid(affine(params['iz'], x) + affine(params['hz'], h))
  n = tanh(affine(params['in'], x) + r * affine(params['hn'], h))
  h = (1 - z) * n + z * h
  return h, h


def mgu_step(
  reset_gate: bool, params: Params, h: Any, x: Any
) -> tuple[Any, Real]:
  """h' = (1 - f) n + f h: Zhou et al. (2016), arXiv 1603.09420.

  n = tanh(W x + b + f (U h + b')) is in the form of Flax's `MGUCell`: f
  multiplies the product, and keeps h. Without the reset gate, f is not in n.
  """
  f = sigmoid(affine(params['if'], x) + affine(params['hf'], h))
  inner = affine(params['hn'], h)
  inner = f * inner if reset_gate else inner
  h = (1 - f) * tanh(affine(params['in'], x) + inner) + f * h
  return h, h


def concatenated_step(
  activation: Callable[[Real], Real], params: Params, h: Any, x: Any
) -> tuple[Any, Real]:
  """h' = f(h U + x V + b), W of U and then V: the blog's `RNNCell`."""
  kernel = params['joint']['kernel']
  count = kernel.shape[-1]
  dense = {'kernel': kernel[count:], 'bias': params['joint']['bias']}
  h = activation(h @ kernel[:count] + affine(dense, x))
  return h, h


def min_gru_step(params: Params, h: Any, x: Any) -> tuple[Any, Real]:
  """h' = (1 - z) h + z n, neither of h: Feng et al. (2024)."""
  z = sigmoid(affine(params['iz'], x))
  h = (1 - z) * h + z * affine(params['ih'], x)
  return h, h


def convolution(x: Real, kernel: Real) -> Real:
  """y_pqk = sum_ijc W_ijck x_{p+i,q+j,c}: x [height, width, inputs].

  x is padded with zeros, the odd row or column at its end.
  """
  *sizes, _, outputs = kernel.shape
  before = [(size - 1) // 2 for size in sizes]
  after = [size - 1 - low for size, low in zip(sizes, before, strict=True)]
  height, width = x.shape[:2]

  def patches(leaf: np.ndarray) -> np.ndarray:
    padded = np.pad(leaf, [*zip(before, after, strict=True), (0, 0)])
    each = [
      padded[i : i + height, j : j + width] for i, j in np.ndindex(*sizes)
    ]
    return np.concatenate(each, -1).reshape(height * width, -1)

  y = x.map(patches) @ kernel.reshape(-1, outputs)
  return y.reshape(height, width, outputs)


def conv_lstm_step(params: Params, carry: Any, x: Any) -> tuple[Any, Real]:
  """c' = f c + i g, h' = o tanh(c'): Shi et al. (2015).

  It is in the form of Flax's `ConvLSTMCell`: no gate sees c, one is added to f,
  and each convolution has its bias.
  """
  c, h = carry
  z = sum(
    convolution(real(of), real(layer['kernel'])) + layer['bias']
    for of, layer in ((x, params['ih']), (h, params['hh']))
  )
  i, g, f, o = (z.map(lambda v, n=n: np.split(v, 4, -1)[n]) for n in range(4))
  c = sigmoid(f + exact(1)) * c + sigmoid(i) * tanh(g)
  h = sigmoid(o) * tanh(c)
  return (c, h), h


def of_step(
  step: Step,
  leaves: int,
  variables: Params,
  xs: Real,
  hyperparameters: dict[str, Any],
  initial_carry: Any = None,
) -> Any:
  """A step over xs [time, ..., inputs], from leaves of 0 [..., features]."""
  zero = exact(np.zeros((*xs.shape[1:-1], hyperparameters['features'])))
  first: Any = zero if leaves == 1 else (zero,) * leaves
  if initial_carry is not None:
    first = jax.tree.map(real, initial_carry)
  return over_time(
    step, variables['params']['cell'], xs, first, hyperparameters
  )


lstm = cut(partial(of_step, lstm_step, 2))
gru = cut(partial(of_step, gru_step, 1))
conv_lstm = cut(partial(of_step, conv_lstm_step, 2))


def of_activated(
  step: Callable[..., tuple[Any, Real]],
  variables: Params,
  xs: Real,
  hyperparameters: dict[str, Any],
  initial_carry: Any = None,
) -> Any:
  """A step with an activation of one's own, over xs [time, inputs]."""
  activation = ACTIVATIONS[hyperparameters.get('activation', 'tanh')]
  step = partial(step, activation)
  return of_step(step, 1, variables, xs, hyperparameters, initial_carry)


jordan = cut(partial(of_activated, jordan_step))
concatenated = cut(partial(of_activated, concatenated_step))


@cut
def mgu(
  variables: Params,
  xs: Real,
  hyperparameters: dict[str, Any],
  initial_carry: Any = None,
) -> Any:
  """The minimal gated unit over xs [time, inputs]: Zhou et al. (2016)."""
  step = partial(mgu_step, hyperparameters.get('reset_gate', True))
  return of_step(step, 1, variables, xs, hyperparameters, initial_carry)


min_gru = cut(partial(of_step, min_gru_step, 1))


@flax_cut
def flax_rnn(
  cell: Callable[..., nn.RNNCellBase],
  variables: Params,
  xs: Any,
  hyperparameters: dict[str, Any],
  initial_carry: Any = None,
) -> Any:
  """`nn.RNN(cell)` on the same variables: xs [time, ..., inputs].

  As `flax_elman` says, the first carry is always given.
  """
  own = {
    name: hyperparameters[name]
    for name in ('kernel_size', 'reset_gate')
    if name in hyperparameters
  }
  dtype = hyperparameters['dtype']
  made = cell(
    features=hyperparameters['features'],
    dtype=dtype,
    param_dtype=hyperparameters.get('param_dtype', 'float32'),
    **own,
  )
  if initial_carry is None:
    initial_carry = made.initialize_carry(jax.random.key(0), xs.shape[1:])
    initial_carry = jax.tree.map(lambda z: z.astype(dtype), initial_carry)
  elif isinstance(initial_carry, tuple):
    initial_carry = tuple(initial_carry)
  rnn = nn.RNN(
    made,
    unroll=hyperparameters.get('unroll', 1),
    return_carry=True,
    reverse=hyperparameters.get('reverse', False),
    keep_order=True,
  )
  return rnn.apply(variables, xs, initial_carry=initial_carry)


def flax_cell(cell: Callable[..., nn.RNNCellBase]) -> Callable[..., Any]:
  """`flax_rnn` of a cell, whose recurrent initializer knows no bfloat16.

  It is replaced: `apply` traces it for its shape, as `cells.flax_elman` says.
  """
  return partial(
    flax_rnn, partial(cell, recurrent_kernel_init=nn.initializers.zeros)
  )


flax_lstm = flax_cell(nn.LSTMCell)
flax_optimized_lstm = flax_cell(nn.OptimizedLSTMCell)
flax_gru = flax_cell(nn.GRUCell)
flax_mgu = flax_cell(nn.MGUCell)
flax_conv_lstm = partial(flax_rnn, partial(nn.ConvLSTMCell, kernel_size=(3, 3)))
