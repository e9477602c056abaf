"""The state space model, with a convolution or with `lax.scan`."""

from flax import linen as nn
from jax import lax
from jax import numpy as jnp

from core_rnn.equations import state_space
from core_rnn.networks.depth.ssm import SSM
from core_rnn.padding import fill_padding, freeze_carry, mark_padding
from linen_rnn.as_linen import as_linen
from linen_rnn.transforms.layer_scan import derived


def system_of(n: SSM, module: nn.Module, dtype) -> state_space.System:
  """Return the parameters [features, ...] as a system of a dtype."""
  narrow, wide = (n.features,), (n.features, n.state)
  leaves = (
    module.param('step', n.step_init, narrow, n.param_dtype),
    module.param('decay', n.decay_init, wide, n.param_dtype),
    module.param('B', n.kernel_init, wide, n.param_dtype),
    module.param('C', n.kernel_init, wide, n.param_dtype),
    module.param('D', n.skip_init, narrow, n.param_dtype),
  )
  return state_space.System(*(leaf.astype(dtype) for leaf in leaves))


class SSMLayer(nn.Module):
  """The layer: us [time, features] -> ys [time, features]."""

  n: SSM

  @nn.compact
  def __call__(self, us, seq_length=None):
    """Return every y_t [time, features]."""
    n, us = self.n, us.astype(self.n.dtype or us.dtype)
    valid, us = mark_padding(us, seq_length)
    system = system_of(n, self, us.dtype)
    if n.mode == 'convolution':
      kernel_of = lambda system: state_space.kernel_of(system, len(us))
      kernel = derived(self, 'kernel', kernel_of, system)
      ys = state_space.convolved(kernel, system.d, us)
      return fill_padding(ys, seq_length, n.zero_padding)
    started, shape = self.has_variable('cache', 'x'), system.b.shape
    cache = self.variable('cache', 'x', jnp.zeros, shape, us.dtype)
    (rate, b), x_0 = state_space.discretised(system), cache.value

    def step(x, u):
      x = jnp.exp(rate) * x + b * u[:, None]
      return x, jnp.sum(system.c * x, -1) + system.d * u

    x, ys = lax.scan(freeze_carry(step, x_0), x_0, (valid, us))
    if started and self.is_mutable_collection('cache'):
      cache.value = x
    return fill_padding(ys, seq_length, n.zero_padding)


@as_linen(SSM)
def ssm(n: SSM) -> nn.Module:
  return SSMLayer(n)
