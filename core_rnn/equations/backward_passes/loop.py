"""The loop of a cell with a hand-written derivative, forward and backward.

Each step of the forward loop has one matrix product, with h_{t-1}: the products
with all x_t are one product before the loop. Each step of the backward loop has
one product too: the derivatives of the parameters and of xs are products over
all steps, after the loop.

Source: Werbos (1990), Backpropagation Through Time; Appleyard et al. (2016),
Optimizing Performance of Recurrent Neural Networks on GPUs, section 3.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import jax
from jax import lax
from jax import numpy as jnp

from core_rnn.equations.backward_passes.affine import add_bias
from core_rnn.padding import freeze_carry, select
from core_rnn.types import LSTMCarry


class Weights(NamedTuple):
  """The weights of a cell, an entry for each gate.

  A gate takes from_x = x W + b, and from_h = h W', [features] each.

  Attributes:
    kernels: W of each gate, [inputs, features].
    biases: b of each gate, [features].
    recurrent_kernels: W' of each gate, [features, features].
    recurrent_bias: the bias of from_h of the last gate, [features], or None.
  """

  kernels: tuple[Any, ...]
  biases: tuple[Any, ...]
  recurrent_kernels: tuple[Any, ...]
  recurrent_bias: Any = None


class CellEquations(NamedTuple):
  """The equations of a cell between its matrix products.

  Attributes:
    weights: parameters -> `Weights`.
    forward: carry, from_x, from_h -> the next carry, residuals.
    backward: residuals, h_{t-1}, h_t, d_next -> d_carry, d_from_x,
      d_last_from_h. d_next is the derivative with respect to the next carry,
      and d_carry that with respect to this carry, where from_h is constant.
      d_last_from_h is d_from_h of the last gate; None where d_from_h equals
      d_from_x for every gate.
  """

  weights: Callable[[Any], Weights]
  forward: Callable[..., tuple[Any, Any]]
  backward: Callable[..., tuple[Any, tuple[Any, ...], Any]]


@dataclass(frozen=True)
class BackwardPass:
  """A cell over time, and its backward pass.

  Attributes:
    cell: the equations of the cell.
    reverse: whether the loop runs from the last step to the first.
    unroll: the number of steps in one iteration of the loop.
  """

  cell: CellEquations
  reverse: bool
  unroll: int

  def weights(self, params: Any, dtype: Any) -> Weights:
    """Return the weights of the parameters, in this dtype."""
    cast = lambda leaf: leaf.astype(dtype)
    return jax.tree.map(cast, self.cell.weights(params))

  def forward(
    self, params: Any, initial_carry: Any, valid: Any, xs: Any
  ) -> tuple[Any, Any]:
    """Return the last carry and every h_t [time, ..., features]; residuals.

    Args:
      params: the parameters of the cell.
      initial_carry: the carry before the first step, leaves [..., features].
      valid: whether each step is valid, [time, ...]; None if all are.
      xs: the inputs, [time, ..., inputs].
    """
    dtype = hidden(initial_carry).dtype
    weights = self.weights(params, dtype)
    from_xs = tuple(xs.astype(dtype) @ kernel for kernel in weights.kernels)
    recurrent_kernel = jnp.concatenate(weights.recurrent_kernels, -1)

    def step(carry, from_x):
      # before the loop, the biases would cost another pass over all steps
      from_x = list(map(add_bias, from_x, weights.biases))
      from_h = jnp.split(hidden(carry) @ recurrent_kernel, len(from_x), -1)
      if weights.recurrent_bias is not None:
        from_h[-1] = add_bias(from_h[-1], weights.recurrent_bias)
      new, residuals = self.cell.forward(carry, from_x, from_h)
      return new, (hidden(new), (residuals, hidden(carry)))

    scan = partial(lax.scan, reverse=self.reverse, unroll=self.unroll)
    step = freeze_carry(step, initial_carry)
    carry, (hs, residuals) = scan(step, initial_carry, (valid, from_xs))
    return (carry, hs), (params, valid, xs, hs, residuals)

  def backward(self, residuals: Any, d_outputs: Any) -> tuple[Any, ...]:
    """Return d_params, d_initial_carry, None for valid, and d_xs.

    Args:
      residuals: what `forward` returns beside the outputs.
      d_outputs: d_carry of the last carry, and d_hs of every h_t. At padding
        d_hs is 0, unless the length of the sequence is 0, see `fill_padding`.
        Then the carry at padding is the initial carry.
    """
    params, valid, xs, hs, (residuals, previous_hs) = residuals
    cast = lambda params: self.weights(params, hs.dtype)
    weights, cast_vjp = jax.vjp(cast, params)
    d_carry, d_hs = d_outputs
    steps = d_hs, hs, (residuals, previous_hs), valid
    loop = self.backward_loop(weights, d_carry, steps)
    d_initial_carry, (d_from_xs, d_last_from_hs) = loop
    all_xs, all_hs = rows(xs.astype(hs.dtype)).T, rows(previous_hs).T
    d_from_hs = of_each_gate(d_from_xs, d_last_from_hs)
    has_bias = weights.recurrent_bias is not None
    d_weights = Weights(
      tuple(all_xs @ rows(d) for d in d_from_xs),
      tuple(rows(d).sum(0) for d in d_from_xs),
      tuple(all_hs @ rows(d) for d in d_from_hs),
      rows(d_last_from_hs).sum(0) if has_bias else None,
    )
    gates = zip(d_from_xs, weights.kernels, strict=True)
    d_xs = sum(d @ kernel.T for d, kernel in gates)
    d_params = cast_vjp(d_weights)
    return *d_params, d_initial_carry, None, d_xs.astype(xs.dtype)

  def backward_loop(self, weights: Weights, d_carry: Any, steps: Any) -> Any:
    """Return d_initial_carry, and d_from_x and d_from_h of every step.

    Args:
      weights: the weights of the cell.
      d_carry: the derivative with respect to the last carry.
      steps: d_h, h, (residuals, h_{t-1}) and valid of every step.
    """
    kernels = [kernel.T for kernel in weights.recurrent_kernels]
    transposed = jnp.concatenate(kernels)

    def step(d_next, one):
      d_h, h, (residuals, previous_h), valid = one
      zero = jax.tree.map(jnp.zeros_like, d_next)
      d_new = d_next if valid is None else select(valid, d_next, zero)
      d_carry, d_from_x, d_last_from_h = self.cell.backward(
        residuals, previous_h, h, add_to_h(d_new, d_h)
      )
      d_from_h = of_each_gate(d_from_x, d_last_from_h)
      through_h = jnp.concatenate(d_from_h, -1) @ transposed
      d_carry = add_to_h(d_carry, through_h)
      if valid is not None:  # at padding, the next carry is this one
        unchanged = select(valid, zero, d_next)
        d_carry = jax.tree.map(jnp.add, d_carry, unchanged)
      return d_carry, (d_from_x, d_last_from_h)

    scan = partial(lax.scan, reverse=not self.reverse, unroll=self.unroll)
    return scan(step, d_carry, steps)


def hidden(carry: Any) -> Any:
  """Return the h of a carry, [..., features]."""
  return carry.h if isinstance(carry, LSTMCarry) else carry


def add_to_h(carry: Any, h: Any) -> Any:
  """Return the carry, with h [..., features] added to its own."""
  if isinstance(carry, LSTMCarry):
    return carry._replace(h=carry.h + h)
  return carry + h


def rows(leaf: Any) -> Any:
  """Reshape [..., entries] to [rows, entries], for one matrix product."""
  return leaf.reshape(-1, leaf.shape[-1])


def of_each_gate(d_from_x: tuple[Any, ...], d_last_from_h: Any) -> Any:
  """Return d_from_h of each gate: d_from_x, except for the last gate."""
  if d_last_from_h is None:
    return d_from_x
  return *d_from_x[:-1], d_last_from_h
