"""From a module of `nnx`, which holds its parameters, to a Model."""

from collections.abc import Callable
from functools import partial

import jax
from flax import nnx
from flax.core.scope import in_filter

from core_rnn.checks.factories import checked
from core_rnn.keys import derive
from core_rnn.model import Model

Make = Callable[..., nnx.Module]


def as_nnx(network: type):
  """Decorates what makes `make(draw, inputs)` of a network of the project.

  Hyperparameters, arguments and checks are the project's, and so are the
  messages, which have to begin with the way's name: it is that of this package.
  """
  return checked(__package__, model_of, network)


def model_of(_, make: Make) -> Model:
  """make(draw, inputs) -> Model: params [...] go in and out as plain dicts.

  `nnx.Rngs` counts its draws. To begin with the values that the other ways
  begin with, each draw is keyed by the path of its parameter instead.
  """

  def network(key, xs):
    return make(partial(derive, key), xs.shape[-1])

  def init(rngs, xs, **optional):
    state = nnx.state(network(rngs['params'], xs))
    return {'params': nnx.to_pure_dict(state)}

  def apply(variables, xs, rngs=None, mutable=False, **optional):
    key = jax.eval_shape(jax.random.key, 0)
    graph, state = nnx.split(nnx.eval_shape(network, key, xs))
    nnx.replace_by_pure_dict(state, variables['params'])
    outputs = nnx.merge(graph, state)(xs, **optional)
    if mutable is False:
      return outputs
    kept = {k: v for k, v in variables.items() if in_filter(mutable, k)}
    return outputs, kept

  return Model(init, apply)
