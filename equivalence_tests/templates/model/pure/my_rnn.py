"""The leaky network, with `lax.scan`."""

from functools import partial

from jax import lax
from jax import numpy as jnp

from core_rnn.keys import derive
from core_rnn.padding import fill_padding, freeze_carry, mark_padding
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.dense.dense import dense_apply, dense_init
from equivalence_tests.templates.model.network import MyRnn


@as_pure(MyRnn)
def my_rnn(n: MyRnn) -> Functions:
  of_h, of_x = (n.recurrent_init,), (n.kernel_init, n.bias_init)

  def init(rngs, xs, initial_carry=None, seq_length=None):
    draw, inputs = partial(derive, rngs['params'], 'cell'), xs.shape[-1]
    h = dense_init(partial(draw, 'recurrent'), n, n.features, *of_h)
    x = dense_init(partial(draw, 'input'), n, inputs, *of_x)
    return {'params': {'cell': {'recurrent': h, 'input': x}}}

  def step(params, h, x):
    from_h = dense_apply(n, params['recurrent'], h)
    from_x = dense_apply(n, params['input'], x)
    h = n.leak * h + (1 - n.leak) * jnp.tanh(from_h + from_x)
    return h, h

  def apply(variables, xs, initial_carry=None, seq_length=None):
    h_0 = n.zero_carry(xs) if initial_carry is None else initial_carry
    one = freeze_carry(partial(step, variables['params']['cell']), h_0)
    h, hs = lax.scan(one, h_0, mark_padding(xs, seq_length))
    return h, fill_padding(hs, seq_length, n.zero_padding)

  return init, apply
