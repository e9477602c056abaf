"""layer_scan against nn.scan, of a layer whose setup is slow: depth 1, 8, 64.

    uv run python notes/benchmarks/layer_scan.py

Trace, compile and run are measured apart, the ways in turn within one process,
and given as ratios to `nn.scan`: of two machines, or of two hours on one, only
these compare. Times are the least of several.
"""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import jax
from flax import linen as nn
from jax import lax
from jax import numpy as jnp
from rich.console import Console
from rich.table import Table

from linen_rnn.transforms.layer_scan import derived, layer_scan

DEPTHS = (1, 8, 64)
TIMED = ('trace', 'compile', 'run')
STATE, TIME = 16, 256
REPEATS = 5


def slow(b):
  """K_s = (A^s b)_1 with A = (I - S)^-1 (I + S), s = 0, 1, ...: [time].

  The kernel of a state space, power after power: S is skew and fixed.
  """
  skew = jnp.tri(STATE, k=-1) - jnp.tri(STATE, k=-1).T
  eye = jnp.eye(STATE)
  a = jnp.linalg.solve(eye - skew / STATE, eye + skew / STATE)
  return lax.scan(lambda x, _: (a @ x, x[0]), b, length=TIME)[1]


class Layer(nn.Module):
  """carry -> tanh(carry K), K slow to compute: the layer of the Flax issue."""

  def setup(self):
    """B [state], and K [time] of it."""
    self.B = self.param('B', nn.initializers.normal(), (STATE,))
    self.K = derived(self, 'K', slow, self.B)

  def __call__(self, carry, _=None):
    """carry [time] -> carry [time], nothing."""
    return jnp.tanh(carry * self.K), None


class Stack(nn.Module):
  """depth layers in a row, by a transform."""

  transform: Callable[..., Any]
  depth: int

  @nn.compact
  def __call__(self, x):
    """x [n] -> [n]."""
    layers = self.transform(
      Layer,
      variable_axes={'params': 0},
      split_rngs={'params': True},
      length=self.depth,
    )
    return layers(name='layers')(x)[0]


WAYS: dict[str, Callable[..., Any]] = {
  'nn.scan': nn.scan,
  'layer_scan': layer_scan,
  'layer_scan, batched setup': partial(layer_scan, batched_setup=True),
}


def seconds(call: Callable[[], Any]) -> tuple[float, Any]:
  """How long a call takes, and what it returns."""
  start = time.perf_counter()
  result = jax.block_until_ready(call())
  return time.perf_counter() - start, result


def phases(function: Callable[..., Any], *arguments: Any) -> list[float]:
  """Seconds to trace and lower a function, to compile it, and to run it."""
  jax.clear_caches()
  trace, lowered = seconds(lambda: jax.jit(function).lower(*arguments))
  build, compiled = seconds(lowered.compile)
  runs = [seconds(lambda: compiled(*arguments))[0] for _ in range(20)]
  return [trace, build, min(runs)]


def measured(depth: int) -> dict[str, list[float]]:
  """Way -> the least seconds of each phase, of `init` and of `apply`."""
  key, x = jax.random.key(0), jnp.ones(TIME)
  models = {name: Stack(over, depth) for name, over in WAYS.items()}
  variables = models['nn.scan'].init(key, x)
  found: dict[str, list[list[float]]] = {name: [] for name in WAYS}
  for _ in range(REPEATS):
    for name, model in models.items():
      init, apply = (
        phases(model.init, key, x),
        phases(model.apply, variables, x),
      )
      found[name].append([*init, *apply])
  return {
    name: [min(times) for times in zip(*rows, strict=True)]
    for name, rows in found.items()
  }


def main() -> None:
  """Prints a table: a row a depth and way, a column a phase."""
  table = Table(title='layer_scan, in milliseconds and as a ratio to nn.scan')
  columns = [f'{what} {phase}' for what in ('init', 'apply') for phase in TIMED]
  for head in ('layers', 'way', *columns):
    table.add_column(head, justify='right')
  for depth in DEPTHS:
    found = measured(depth)
    for name, times in found.items():
      both = zip(times, found['nn.scan'], strict=True)
      cells = (f'{1e3 * mine:.2f} ({mine / base:.2f})' for mine, base in both)
      table.add_row(str(depth), name, *cells)
  Console(width=150).print(table)


if __name__ == '__main__':
  main()
