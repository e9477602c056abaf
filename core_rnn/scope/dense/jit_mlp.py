"""A perceptron of jitted layers, as a function on a scope."""

from flax.core import Scope, lift
from flax.core.scope import LazyRng

from core_rnn.networks.dense import Dense, JitMLP
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.dense.dense import dense_layer
from core_rnn.types import Features, Inputs


def jit_layer(n: Dense) -> Function:
  """A layer f(scope, x), compiled: x [inputs] -> y [features]."""

  def core_fn(scope: Scope, cache_key, x: Inputs) -> Features:
    del cache_key  # lift.jit hands on what tells its entries apart
    return dense_layer(n, scope, x)

  jitted = lift.jit(core_fn)

  def layer(scope: Scope, x: Inputs) -> Features:
    # lift.jit forgets the path of its scope, so that all layers would draw the
    # same: as nn.jit does, make the first draw, which has it, the root inside
    scope.rngs = {
      stream: LazyRng.create(scope.make_rng(stream)) for stream in scope.rngs
    }
    return jitted(scope, core_fn, x)

  return layer


@as_scope(JitMLP)
def jit_mlp(n: JitMLP) -> Function:
  layers = {name: jit_layer(layer) for name, layer in n.layers.items()}

  def in_turn(scope: Scope, x: Inputs) -> Features:
    for name, layer in layers.items():
      x = n.activated(name, scope.child(layer, name)(x))
    return x

  return in_turn
