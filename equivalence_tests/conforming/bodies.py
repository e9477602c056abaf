"""What is lifted in the scenarios: one small step, in three ways."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import jax
from flax import linen as nn
from flax.core import Scope
from jax import numpy as jnp

from core_rnn.keys import derive

SIZE = 2
AXES = ('out',)  # of a boxed parameter


def drawn(key: Any, shape: Any, dtype: Any = jnp.float32) -> jax.Array:
  """Draws [...] between -1 and 1: exact, however a program is compiled."""
  return jax.random.uniform(key, shape, dtype, -1.0, 1.0)


class Body(NamedTuple):
  """h' = tanh(h w + v), w and v drawn one after the other; and what is asked.

  Attributes:
    counts: whether it adds its collection `count` to h', and moves it on.
    draws: whether it adds noise to h', of the stream of that name.
    boxed: whether w knows the names of its axes.
    inside: what the product is wrapped in, by the name of a transform of JAX.
    tree: whether h is a dict, of what is `now` and what was `before`.
  """

  counts: bool = False
  draws: bool = False
  boxed: bool = False
  inside: str = ''
  tree: bool = False

  def equation(
    self, w: Any, v: Any, n: Any, noise: Any, h: Any, scale: float = 1.0
  ) -> Any:
    """The next h [features], by what it has of the rest; or the tree."""
    now = h
    if self.tree:
      now, h = h['now'], h['now'] + h['before'] / 2
    product = INSIDE[self.inside](lambda w, v, h: jnp.tanh(h * w * scale + v))
    h = product(w, v, h)
    h = h if noise is None else h + noise / 8
    h = h if n is None else h + n
    return {'now': h, 'before': now} if self.tree else h

  def on_scope(self, scope: Scope, h: Any, **kwargs: Any) -> Any:
    """The step on a scope."""
    init = nn.with_partitioning(drawn, AXES) if self.boxed else drawn
    w = scope.param('w', init, (SIZE,))
    v = scope.param('v', drawn, (SIZE,))
    noise = n = None
    if self.draws:
      noise = drawn(scope.make_rng('noise'), (SIZE,))
    if self.counts:
      count = scope.variable('count', 'n', lambda: jnp.zeros(()))
      n = count.value
      begins = scope.get_flag('initializing', False)
      if not begins and scope.is_mutable_collection('count'):
        count.value = n + 1
    return self.equation(w, v, n, noise, h, **kwargs)

  def on_module(self, module: nn.Module, h: Any, **kwargs: Any) -> Any:
    """The step on the scope of a module, as a compact method calls it."""
    assert module.scope is not None
    return self.on_scope(module.scope, h, **kwargs)

  def step(self, number: int, path: tuple[str, ...]) -> Callable[..., Any]:
    """The step in Python: variables, keys, h -> h', the state it moved.

    Args:
      number: of its first draw of noise.
      path: the names of the scopes that its keys are derived for.
    """

    def step(
      variables: Any, keys: Mapping[str, Any], h: Any, **kwargs: Any
    ) -> tuple[Any, Any]:
      params, noise, n, moved = variables['params'], None, None, {}
      if self.draws:
        noise = drawn(derive(keys['noise'], *path, number), (SIZE,))
      if self.counts:
        n = variables['count']['n']
        moved = {'count': {'n': n + 1}}
      h = self.equation(params['w'], params['v'], n, noise, h, **kwargs)
      return h, moved

    return step

  def make(self, number: int, path: tuple[str, ...]) -> Callable[[Any], Any]:
    """Keys -> the variables of one step, from its first draw on."""

    def make(keys: Mapping[str, Any]) -> Any:
      params = {
        name: drawn(derive(keys['params'], *path, number + i), (SIZE,))
        for i, name in enumerate(('w', 'v'))
      }
      count = {'count': {'n': jnp.zeros(())}} if self.counts else {}
      return {'params': params, **count}

    return make


class Cell(nn.Module):
  """A step as a module, to hand to a function that is lifted."""

  of: Body

  @nn.compact
  def __call__(self, h: Any, **kwargs: Any) -> Any:
    """The next h [features]."""
    return self.of.on_module(self, h, **kwargs)


INSIDE: Mapping[str, Callable[[Any], Any]] = {
  '': lambda f: f,
  'jit': jax.jit,
  'remat': jax.remat,
  'vmap': jax.vmap,
  'grad': lambda f: lambda w, v, h: jax.grad(lambda h: f(w, v, h).sum())(h),
}

AROUND: Mapping[str, Callable[[Any], Any]] = {
  'jit': jax.jit,
  'remat': jax.remat,
  'vmap': lambda f: lambda p, h: jax.vmap(f, (None, 0))(p, jnp.stack([h, -h])),
  'grad': lambda f: jax.grad(
    lambda p, h: sum(jnp.sum(y) for y in jax.tree.leaves(f(p, h))), (0, 1)
  ),
  'jvp': lambda f: lambda p, h: jax.jvp(f, (p, h), (p, h)),
}
