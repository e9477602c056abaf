"""layer_scan as somebody uses it who has Flax's own modules and no others."""

import jax
import numpy as np
from flax import linen as nn
from jax import numpy as jnp

from linen_rnn.transforms.layer_scan import layer_scan

DEPTH = 4


class DeepLSTM(nn.Module):
  """A tower of Flax's LSTM cells: what one returns is what the next takes."""

  @nn.compact
  def __call__(self, carries, x):
    def cell(module, h, carry):
      carry, h = module(carry, h)
      return h, carry

    tower = layer_scan(
      cell,
      variable_axes={'params': 0},
      split_rngs={'params': True},
      length=DEPTH,
    )
    return tower(nn.LSTMCell(3, name='cells'), x, carries)


def test_a_tower_of_lstm_cells_is_those_cells_one_after_the_other():
  x = jax.random.normal(jax.random.key(0), (2, 3))
  carries = 2 * (jnp.zeros((DEPTH, 2, 3)),)
  (h, after), variables = DeepLSTM().init_with_output(
    jax.random.key(1), carries, x
  )
  params = variables['params']['cells']
  assert params['ii']['kernel'].shape == (DEPTH, 3, 3)

  expected, cell = x, nn.LSTMCell(3)
  for layer in range(DEPTH):
    own = jax.tree.map(lambda leaf, i=layer: leaf[i], params)
    carry = jax.tree.map(lambda leaf, i=layer: leaf[i], carries)
    carry, expected = cell.apply({'params': own}, carry, expected)
    for got, want in zip(after, carry, strict=True):
      np.testing.assert_allclose(got[layer], want, rtol=2e-6, atol=1e-7)
  np.testing.assert_allclose(h, expected, rtol=2e-6, atol=1e-7)


class Block(nn.Module):
  """A pre-norm transformer block of Flax's layers."""

  deterministic: bool = False

  @nn.compact
  def __call__(self, x, mask):
    y = nn.LayerNorm()(x)
    x = x + nn.MultiHeadDotProductAttention(
      num_heads=2, dropout_rate=0.2, deterministic=self.deterministic
    )(y, mask=mask)
    y = nn.Dense(8)(nn.LayerNorm()(x))
    y = nn.Dropout(0.2, deterministic=self.deterministic)(nn.gelu(y))
    return x + nn.Dense(4)(y), None


class Transformer(nn.Module):
  """Blocks in a row, of one mask."""

  deterministic: bool = False

  @nn.compact
  def __call__(self, x, mask):
    blocks = layer_scan(
      Block,
      variable_axes={'params': 0},
      split_rngs={'params': True, 'dropout': True},
      in_axes=nn.broadcast,
      length=DEPTH,
    )
    x, _ = blocks(self.deterministic, name='blocks')(x, mask)
    return nn.LayerNorm()(x)


def batch():
  x = jax.random.normal(jax.random.key(0), (2, 5, 4))
  return x, nn.make_causal_mask(x[..., 0])


def test_a_transformer_of_blocks_is_those_blocks_one_after_the_other():
  x, mask = batch()
  model = Transformer(deterministic=True)
  variables = model.init(jax.random.key(1), x, mask)
  blocks = variables['params']['blocks']

  expected = x
  for layer in range(DEPTH):
    own = jax.tree.map(lambda leaf, i=layer: leaf[i], blocks)
    expected, _ = Block(deterministic=True).apply(
      {'params': own}, expected, mask
    )
  norm = {'params': variables['params']['LayerNorm_0']}
  expected = nn.LayerNorm().apply(norm, expected)
  np.testing.assert_allclose(
    model.apply(variables, x, mask), expected, rtol=1e-5, atol=1e-5
  )


def test_its_blocks_start_as_a_block_alone_would():
  x, mask = batch()

  class Alone(nn.Module):
    @nn.compact
    def __call__(self, x, mask):
      return Block(name='blocks')(x, mask)

  keys = jax.random.split(jax.random.key(1), DEPTH)
  alone = jax.vmap(lambda key: Alone().init(key, x, mask))(keys)
  deep = Transformer().init(jax.random.key(1), x, mask)
  jax.tree.map(
    np.testing.assert_array_equal,
    alone['params']['blocks'],
    deep['params']['blocks'],
  )


def test_it_trains():
  x, mask = batch()
  target = jnp.roll(x, 1, axis=1)
  model = Transformer()
  params = model.init(jax.random.key(1), x, mask)['params']

  @jax.jit
  def descend(params, key):
    def loss(params):
      y = model.apply({'params': params}, x, mask, rngs={'dropout': key})
      return jnp.mean((y - target) ** 2)

    value, slope = jax.value_and_grad(loss)(params)
    return value, jax.tree.map(lambda p, s: p - 0.1 * s, params, slope)

  losses = []
  for key in jax.random.split(jax.random.key(2), 30):
    loss, params = descend(params, key)
    losses.append(float(loss))
  assert np.mean(losses[-5:]) < 0.9 * np.mean(losses[:5])
