"""A deep stack in little memory: two loops, with `jax.checkpoint`."""

from functools import partial

import jax
from jax import lax, random
from jax import numpy as jnp

from core_rnn.keys import derive
from core_rnn.networks.dense.dense import Dense
from core_rnn.networks.memory.remat_stack import RematStack
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.dense.dense import dense_apply, dense_init
from core_rnn.pure.parts.traced_twice import traced_twice
from core_rnn.types import Features, Variables


def init_stack(n: RematStack, rngs, x) -> Variables:
  """Return the variables: leaves [groups, layers, ...]."""
  (groups, layers), dense = n.lengths, n.inner(Dense, x.shape[-1])
  inits = n.kernel_init, n.bias_init

  def layer(draw):
    draw = partial(draw, 'dense')
    return {'dense': dense_init(draw, dense, x.shape[-1], *inits)}

  def one(_, key):
    draw = partial(derive, key, 'layers')
    return None, layer(traced_twice(layer, draw, loops=2))

  @partial(jax.checkpoint, prevent_cse=False)
  def group(_, key):
    keys = random.split(random.clone(key), layers)
    return lax.scan(one, None, keys)

  keys = random.split(random.clone(rngs['params']), groups)
  _, params = lax.scan(group, None, keys)
  return {'params': {'layers': params}}


def apply_stack(n: RematStack, variables, x) -> Features:
  """Return x after the last layer: [features]."""
  dense = n.inner(Dense, x.shape[-1])

  def layer(x, params):
    y = dense_apply(dense, params['dense'], x)
    return x + jnp.tanh(y), ()

  @partial(jax.checkpoint, prevent_cse=False)
  def group(params, x):  # in the order of `lift.remat`
    return lax.scan(layer, x, params)

  x = x.astype(n.dtype or x.dtype)
  each = lambda x, params: group(params, x)
  return lax.scan(each, x, variables['params']['layers'])[0]


@as_pure(RematStack)
def remat_stack(n: RematStack) -> Functions:
  return partial(init_stack, n), partial(apply_stack, n)
