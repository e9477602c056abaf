"""A cell over time: (h_t, y_t) = cell(h_{t-1}, x_t), for t = 1, 2, ..."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

import jax
from jax import lax

from core_rnn.equations.padding import held, known, repeated, valid_steps
from core_rnn.keys import derive
from core_rnn.pure.as_pure import Functions
from core_rnn.types import Variables


class Cell(NamedTuple):
  """One step of a network, for one example.

  Attributes:
    init: draw, the shape of x [...] -> the parameters.
    first: x [...] -> h_0.
    step: the parameters, h_{t-1}, x_t -> h_t, y_t; and, by its name, a draw
      for each stream.
  """

  init: Callable[..., Variables]
  first: Callable[..., Any]
  step: Callable[..., tuple[Any, Any]]


def over_time(
  cell: Cell,
  reverse: bool = False,
  unroll: int = 1,
  zero_padding: bool = False,
  split_rngs: Mapping[str, bool] = {},
) -> Functions:
  """xs [time, ...] -> h_time and every y_t [time, ...], of parameters `cell`.

  It starts from h_0 as the cell has it, unless another is given, and goes from
  the last step to the first if reverse is set, unroll steps to a turn. A stream
  draws anew in each step, or, where split_rngs is off, the same. Of a sequence
  of a given length, what follows is padding: the carry stays, and y_t is that
  of the last step before it, or 0, see `core_rnn.equations.padding`.
  """

  def init(rngs, xs, initial_carry=None, seq_length=None):
    draw = partial(derive, rngs['params'], 'cell')
    return {'params': {'cell': cell.init(draw, xs.shape[1:])}}

  def apply(variables, xs, initial_carry=None, seq_length=None, rngs=None):
    params = variables['params']['cell']
    if initial_carry is None:
      initial_carry = cell.first(xs)

    def split():
      return {
        stream: jax.random.split(jax.random.clone(rngs[stream]), len(xs))
        for stream, on in split_rngs.items()
        if on
      }

    def step(carry, scanned):
      keys, valid, x = scanned
      draws = {
        stream: partial(derive, keys.get(stream, rngs[stream]), 'cell')
        for stream in split_rngs
      }
      one = partial(cell.step, params, **draws)
      return one(carry, x) if valid is None else held(one, valid, carry, x)

    scan = partial(lax.scan, step, reverse=reverse, unroll=unroll)
    if seq_length is None:
      return scan(initial_carry, (split(), None, xs))
    scanned = valid_steps(xs, seq_length), repeated(xs, seq_length)
    both = initial_carry, initial_carry
    (_, carry), ys = scan(both, (split(), *scanned))  # lifted ways split last
    return carry, known(ys, seq_length) if zero_padding else ys

  return init, apply
