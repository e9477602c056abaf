"""A perceptron that draws as a jitted one, with `lift.fold_rngs`."""

from flax.core import Scope, lift
from flax.core.scope import LazyRng

from core_rnn.networks.dense import Dense, FoldedMLP
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.dense.dense import dense_layer
from core_rnn.types import Features, Inputs


def folded_layer(n: Dense) -> Function:
  """A layer f(scope, x) of keys of its own: x [inputs] -> y [features]."""

  def core_fn(scope: Scope, cache_key, x: Inputs) -> Features:
    del cache_key  # lift.fold_rngs hands on what tells its entries apart
    return dense_layer(n, scope, x)

  folded = lift.fold_rngs(core_fn)

  def layer(scope: Scope, x: Inputs) -> Features:
    # lift.fold_rngs forgets the path of its scope: as linen's does, make the
    # first draw, which has it, the root of all draws inside
    scope.rngs = {
      stream: LazyRng.create(scope.make_rng(stream)) for stream in scope.rngs
    }
    return folded(scope, core_fn, x)

  return layer


@as_scope(FoldedMLP)
def folded_mlp(n: FoldedMLP) -> Function:
  layers = {name: folded_layer(layer) for name, layer in n.layers.items()}

  def in_turn(scope: Scope, x: Inputs) -> Features:
    for name, layer in layers.items():
      x = n.activated(name, scope.child(layer, name)(x))
    return x

  return in_turn
