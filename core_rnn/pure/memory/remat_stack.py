"""A deep stack in little memory: a scan in a scan, with `jax.checkpoint`."""

from functools import partial

import jax
from jax import lax

from core_rnn.keys import derive
from core_rnn.networks.memory import RematStack
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.dense.dense import dense_apply, dense_init
from core_rnn.pure.parts.traced_twice import traced_twice


@as_pure(RematStack)
def remat_stack(n: RematStack) -> Functions:
  groups, layers = n.lengths

  def init(rngs, x):
    def layer(draw):
      return {'dense': dense_init(partial(draw, 'dense'), n.dense(x), len(x))}

    def one(_, key):
      draw = partial(derive, key, 'layers')
      return None, layer(traced_twice(layer, draw, loops=2))

    @partial(jax.checkpoint, prevent_cse=False)
    def group(_, key):
      return lax.scan(
        one, None, jax.random.split(jax.random.clone(key), layers)
      )

    keys = jax.random.split(jax.random.clone(rngs['params']), groups)
    _, params = lax.scan(group, None, keys)
    return {'params': {'layers': params}}

  def apply(variables, x):
    def one(x, params):
      y = dense_apply(n.dense(x), params['dense'], x)
      return n.added(x, y), ()

    @partial(jax.checkpoint, prevent_cse=False)
    def group(params, x):
      return lax.scan(one, x, params)

    each = lambda x, params: group(params, x)
    x, _ = lax.scan(each, n.cast(x), variables['params']['layers'])
    return x

  return init, apply
