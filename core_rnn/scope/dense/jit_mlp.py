"""The multilayer perceptron, with each layer compiled by `lift.jit`."""

from collections.abc import Callable

from flax.core import Scope, lift
from flax.core.scope import LazyRng
from jax.nn import relu

from core_rnn.networks.dense.dense import Dense
from core_rnn.networks.dense.jit_mlp import JitMLP
from core_rnn.scope.as_scope import Function, as_scope
from core_rnn.scope.dense.dense import dense_layer
from core_rnn.types import Features, Inputs


def keyed_layer(
  transform: Callable[..., Function], n: Dense
) -> Function:
  """Return a dense layer under `lift.jit` or `lift.fold_rngs`.

  The layer is a function: scope, x [inputs] -> y [features].
  """
  dense = dense_layer(n, n.kernel_init, n.bias_init)

  def core_fn(scope: Scope, cache_key, x: Inputs) -> Features:
    del cache_key  # the transforms pass on the key of their cache
    return dense(scope, x)

  lifted = transform(core_fn)

  def layer(scope: Scope, x: Inputs) -> Features:
    # The transforms drop the path of the scope from its keys, so all
    # layers would draw alike. The first draw depends on the path; as in
    # linen, it becomes the key of the layer inside.
    scope.rngs = {
      name: LazyRng.create(scope.make_rng(name)) for name in scope.rngs
    }
    return lifted(scope, core_fn, x)

  return layer


@as_scope(JitMLP)
def jit_mlp(n: JitMLP) -> Function:
  layers = {
    name: keyed_layer(lift.jit, layer)
    for name, layer in n.layers.items()
  }

  def network(scope: Scope, x: Inputs) -> Features:
    for i, (name, layer) in enumerate(layers.items()):
      x = scope.child(layer, name)(x)
      if i != len(layers) - 1:
        x = relu(x)
    return x

  return network
