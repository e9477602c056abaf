"""The decorator of factories: from an nnx module to a Model."""

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
  """Return a decorator of functions: network -> make(draw, inputs).

  Hyperparameters, arguments and checks are those of the project. Messages begin
  with the name of this package, which is the name of the way.
  """
  return checked(__package__, model_of, network)


def model_of(_, make: Make) -> Model:
  """Return the model of make(draw, inputs).

  `nnx.Rngs` counts its draws. Here the path of a parameter is the key of its
  draw, so that the initial values are those of the other ways.
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
