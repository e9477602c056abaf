"""Memory and time of a deep stack's derivative, in one loop and in groups.

    uv run python notes/benchmarks/remat_scan.py

Both are measured in one process, in turns; times are medians, and the ratio is
that of medians.
"""

import platform
import statistics
import time

import flax
import jax
from jax import numpy as jnp
from rich.console import Console
from rich.table import Table

from equivalence_tests.suite.ways import find

BATCH, FEATURES, TURNS = 512, 32, 7
DEPTHS = (4, 8, 16, 32)  # of which the squares are the layers


def derivative(lengths):
  """The compiled derivative of a stack, and what it is called with."""
  model = find('linen').factory('remat_stack')(lengths)
  xs = jnp.ones((BATCH, FEATURES))
  variables = model.init(jax.random.key(0), xs[0])
  many = jax.vmap(model.apply, (None, 0))
  total = lambda variables, xs: many(variables, xs).sum()
  return jax.jit(jax.grad(total)).lower(variables, xs).compile(), variables, xs


def seconds(compiled, *arguments):
  """How long one call takes."""
  start = time.perf_counter()
  jax.block_until_ready(compiled(*arguments))
  return time.perf_counter() - start


def row(root):
  """Layers, bytes of each, their ratio, and the ratio of times."""
  both = [derivative(lengths) for lengths in ((1, root**2), (root, root))]
  for compiled, *arguments in both:
    seconds(compiled, *arguments)
  times = [[seconds(*one) for one in both] for _ in range(TURNS)]
  one, groups = map(statistics.median, zip(*times, strict=True))
  sizes = [c.memory_analysis().temp_size_in_bytes for c, *_ in both]
  return root**2, *sizes, sizes[1] / sizes[0], groups / one


def main():
  """Prints a row for each depth."""
  table = Table('layers', 'one loop', 'in groups', 'memory', 'time')
  for root in DEPTHS:
    layers, one, groups, memory, slower = row(root)
    table.add_row(
      f'{layers}',
      f'{one:,} B',
      f'{groups:,} B',
      f'{memory:.2f}',
      f'{slower:.2f}',
    )
  versions = f'jax {jax.__version__}, flax {flax.__version__}'
  print(platform.python_version(), versions, jax.devices()[0].device_kind)
  Console().print(table)


if __name__ == '__main__':
  main()
