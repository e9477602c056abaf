"""What each cell computes of its products, and the derivative of that."""

from collections.abc import Mapping
from typing import Any

from jax import nn
from jax import numpy as jnp

from core_rnn.equations.deferred import Deferred, Equations, Weights
from core_rnn.equations.linear_cells import OF_JAX, OfJax
from core_rnn.types import LSTMCarry


def elman_weights(params: Any) -> Weights:
  """W_xh [inputs, features], b_h [features], W_hh [features, features]."""
  dense = params['input']
  return Weights((dense['kernel'],), (dense['bias'],), (params['recurrent'],))


def elman(h: Any, zs: Any, us: Any) -> Any:
  """h_t = tanh(u + z): [features]."""
  return jnp.tanh(us[0] + zs[0]), None


def elman_back(kept: None, before: Any, h: Any, by_h: Any) -> Any:
  """d = dh (1 - h^2), and nothing but through u: [features]."""
  del kept, before
  return jnp.zeros_like(h), (by_h * (1 - h * h),), None


def gated(params: Any, gates: str, biased: str) -> Weights:
  """W_i [inputs, features], b, W_h of each gate; b stands by i, or by h."""
  i, h = ([params[kind + gate] for gate in gates] for kind in 'ih')
  kernels, recurrents = (tuple(p['kernel'] for p in of) for of in (i, h))
  biases = tuple(params[biased + gate]['bias'] for gate in gates)
  return Weights(kernels, biases, recurrents)


def lstm(carry: LSTMCarry, zs: Any, us: Any) -> Any:
  """c_t = f c_{t-1} + i g, h_t = o tanh(c_t): [features]."""
  i, f, g, o = (u + z for u, z in zip(us, zs, strict=True))
  i, f, g, o = nn.sigmoid(i), nn.sigmoid(f), jnp.tanh(g), nn.sigmoid(o)
  c = f * carry.c + i * g
  m = jnp.tanh(c)
  return LSTMCarry(c, o * m), (i, f, g, o, carry.c, m)


def lstm_back(kept: Any, before: Any, h: Any, by: LSTMCarry) -> Any:
  """dc = dc_t + dh_t o (1 - m^2), m = tanh(c_t): [features]."""
  del before, h
  i, f, g, o, c, m = kept
  by_c = by.c + by.h * o * (1 - m * m)
  by_zs = (
    by_c * g * i * (1 - i),
    by_c * c * f * (1 - f),
    by_c * i * (1 - g * g),
    by.h * m * o * (1 - o),
  )
  return LSTMCarry(by_c * f, jnp.zeros_like(by.h)), by_zs, None


def gru_weights(params: Any) -> Weights:
  """Those of r, z and n, and b_hn [features], inside of r (u + b_hn)."""
  return gated(params, 'rzn', 'i')._replace(inner=params['hn']['bias'])


def gru(h: Any, zs: Any, us: Any) -> Any:
  """h_t = (1 - z) n + z h_{t-1}, n = tanh(z_n + r u_n): [features]."""
  r, z = (nn.sigmoid(a + u) for a, u in zip(zs[:2], us[:2], strict=True))
  n = jnp.tanh(zs[2] + r * us[2])
  return (1 - z) * n + z * h, (r, z, n, us[2])


def gru_back(kept: Any, before: Any, h: Any, by_h: Any) -> Any:
  """dn = dh (1 - z) (1 - n^2), and r dn is that by u_n: [features]."""
  del h
  r, z, n, u = kept
  by_n = by_h * (1 - z) * (1 - n * n)
  by_r = by_n * u * r * (1 - r)
  by_z = by_h * (before - n) * z * (1 - z)
  return by_h * z, (by_r, by_z, by_n), by_n * r


def mgu_weights(params: Any) -> Weights:
  """Those of f and n, and b_hn [features], inside of f (u + b_hn)."""
  return gated(params, 'fn', 'i')._replace(inner=params['hn']['bias'])


def mgu(h: Any, zs: Any, us: Any) -> Any:
  """h_t = (1 - f) n + f h_{t-1}, n = tanh(z_n + f u_n): [features]."""
  f = nn.sigmoid(zs[0] + us[0])
  n = jnp.tanh(zs[1] + f * us[1])
  return (1 - f) * n + f * h, (f, n, us[1])


def mgu_back(kept: Any, before: Any, h: Any, by_h: Any) -> Any:
  """dn = dh (1 - f) (1 - n^2), and f dn is that by u_n: [features]."""
  del h
  f, n, u = kept
  by_n = by_h * (1 - f) * (1 - n * n)
  by_f = (by_h * (before - n) + by_n * u) * f * (1 - f)
  return by_h * f, (by_f, by_n), by_n * f


def concatenated_weights(params: Any) -> Weights:
  """W_hh [features, features] above W_xh [inputs, features], and b."""
  kernel, bias = (params['joint'][name] for name in ('kernel', 'bias'))
  return Weights((kernel[len(bias) :],), (bias,), (kernel[: len(bias)],))


def lstm_weights(params: Any) -> Weights:
  """Those of i, f, g and o; b stands by h: [features]."""
  return gated(params, 'ifgo', 'h')


EQUATIONS: Mapping[str, Equations] = {
  'concatenated': Equations(concatenated_weights, elman, elman_back),
  'elman': Equations(elman_weights, elman, elman_back),
  'gru': Equations(gru_weights, gru, gru_back),
  'lstm': Equations(lstm_weights, lstm, lstm_back),
  'mgu': Equations(mgu_weights, mgu, mgu_back),
  'optimized_lstm': Equations(lstm_weights, lstm, lstm_back),
}
Rule = Deferred | OfJax


def rule(cell: str, reverse: bool, unroll: int) -> Rule:
  """The cell of this name over [time, ...], in order, as many to a turn."""
  if cell in OF_JAX:
    return OF_JAX[cell](reverse, unroll)
  return Deferred(EQUATIONS[cell], reverse, unroll)
