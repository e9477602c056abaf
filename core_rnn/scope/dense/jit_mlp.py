"""A perceptron of jitted layers, as a function on a scope."""

from collections.abc import Callable

from flax.core import Scope, lift
from flax.core.scope import LazyRng

from core_rnn.networks.dense import Dense, JitMLP
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.dense.dense import dense_layer
from core_rnn.types import Features, Inputs


def keyed_layer(
  transform: Callable[[Function], Function], n: Dense
) -> Function:
  """A layer f(scope, x) under jit or fold_rngs: x [inputs] -> y [features]."""

  def core_fn(scope: Scope, cache_key, x: Inputs) -> Features:
    del cache_key  # they hand on what tells their entries apart
    return dense_layer(n, scope, x)

  lifted = transform(core_fn)

  def layer(scope: Scope, x: Inputs) -> Features:
    # they forget the path of their scope, so that all layers would draw alike:
    # as linen's do, make the first draw, which has it, the root of those inside
    scope.rngs = {
      stream: LazyRng.create(scope.make_rng(stream)) for stream in scope.rngs
    }
    return lifted(scope, core_fn, x)

  return layer


@as_scope(JitMLP)
def jit_mlp(n: JitMLP) -> Function:
  layers = {name: keyed_layer(lift.jit, one) for name, one in n.layers.items()}

  def in_turn(scope: Scope, x: Inputs) -> Features:
    for name, layer in layers.items():
      x = n.activated(name, scope.child(layer, name)(x))
    return x

  return in_turn
