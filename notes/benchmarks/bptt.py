"""Backpropagation through time by its own rule, against Flax's own network.

    uv run python notes/benchmarks/bptt.py

`bptt`, `elman` and `nn.RNN(nn.SimpleCell)` on the same parameters, in one
process, in turns. Times are medians, ratios are those of medians to Flax's.
Beside them, what the five products of matrices alone take, each over all steps
at once: no loop can be faster.
"""

import platform
import statistics
import time

import flax
import jax
from flax import linen as nn
from jax import numpy as jnp
from rich.console import Console
from rich.table import Table

from equivalence_tests.suite.ways import find

SIZE, TURNS = 100, 5
SHAPES = ((1, 20_000), (32, 1_000), (256, 200))  # batch, steps


def ours(name, variables):
  """A network of ours over a batch, on these variables."""
  model = find('linen').factory(name)(SIZE)
  apply = jax.vmap(model.apply, (None, 0))
  return lambda variables, xs: apply(variables, xs)[1], variables


def networks(xs):
  """Name -> function of variables and xs to every h, and its variables."""
  variables = (
    find('linen').factory('elman')(SIZE).init(jax.random.key(0), xs[0])
  )
  cell = variables['params']['cell']
  theirs = {'i': cell['input'], 'h': {'kernel': cell['recurrent']}}
  rnn = nn.RNN(nn.SimpleCell(SIZE))
  return {
    'nn.RNN': (rnn.apply, {'params': {'cell': theirs}}),
    'elman': ours('elman', variables),
    'bptt': ours('bptt', variables),
  }


def products(variables, xs):
  """The products of the way there and back alone, each over all steps."""
  cell = variables['params']['cell']
  kernel, recurrent = cell['input']['kernel'], cell['recurrent']
  xs = xs.reshape(-1, SIZE)
  hs = xs @ kernel
  return hs @ recurrent, hs @ recurrent.T, xs.T @ hs, hs.T @ hs


def compiled(function, *arguments):
  """The function compiled for the arguments, and called once."""
  made = jax.jit(function).lower(*arguments).compile()
  jax.block_until_ready(made(*arguments))
  return lambda: jax.block_until_ready(made(*arguments))


def seconds(call):
  """How long one call takes."""
  start = time.perf_counter()
  call()
  return time.perf_counter() - start


def medians(calls):
  """The median of each, called in turns."""
  times = {name: [] for name in calls}
  for _ in range(TURNS):
    for name, call in calls.items():
      times[name].append(seconds(call))
  return {name: statistics.median(each) for name, each in times.items()}


def row(batch, steps):
  """Forward and gradient, of each network in seconds and to that of Flax."""
  xs = jax.random.normal(jax.random.key(1), (batch, steps, SIZE))
  found = networks(xs)
  forward = {n: compiled(f, v, xs) for n, (f, v) in found.items()}
  slope = {
    n: compiled(jax.grad(lambda v, xs, f=f: jnp.square(f(v, xs)).sum()), v, xs)
    for n, (f, v) in found.items()
  }
  alone = compiled(products, found['elman'][1], xs)
  there, back = medians(forward), medians({**slope, 'products': alone})
  cells = [f'{batch} x {steps}', f'{there["nn.RNN"]:.3f}']
  cells += [f'{there[n] / there["nn.RNN"]:.2f}' for n in ('elman', 'bptt')]
  cells += [f'{back["nn.RNN"]:.3f}']
  names = ('elman', 'bptt', 'products')
  return cells + [f'{back[n] / back["nn.RNN"]:.2f}' for n in names]


def main():
  """Prints a row for each batch."""
  table = Table('batch x steps')
  for column in ('nn.RNN, s', 'elman', 'bptt'):
    table.add_column(column)
  for column in ('gradient: nn.RNN, s', 'elman', 'bptt', 'products alone'):
    table.add_column(column)
  for shape in SHAPES:
    table.add_row(*row(*shape))
  versions = f'jax {jax.__version__}, flax {flax.__version__}'
  print(platform.python_version(), versions, jax.devices()[0].device_kind)
  Console(width=100).print(table)


if __name__ == '__main__':
  main()
