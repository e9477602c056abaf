"""Backpropagation through time by a rule of its own, against others' networks.

    uv run python notes/benchmarks/bptt.py [--picture FILE]
    uv run --with dm-haiku --with torch python notes/benchmarks/bptt.py

For each cell and batch: `nn.RNN` of Flax in seconds, and, as ratios to it, our
plain cell, `bptt`, and Haiku and PyTorch where they are installed. All take
time first, but that of Flax as it comes, batch first, is the 1 of the ratios.
Beside them what no loop can beat: its products alone, all steps at once, and as
many empty steps. Then the run of the scan notebook, on the roof that a large
product of matrices reaches here. Times are medians of calls in turns.
"""

import argparse
import importlib.util
import platform
import statistics
import time

import flax
import jax
from flax import linen as nn
from jax import lax
from jax import numpy as jnp
from rich.console import Console
from rich.table import Table

from equivalence_tests.suite.ways import find

SIZE, TURNS = 100, 5
SHAPES = ((1, 20_000), (32, 1_000), (256, 200))  # batch, steps
STEPS = 200_000  # of the notebook, 8.02 GFLOP
FLAX = {
  'elman': nn.SimpleCell,
  'gru': nn.GRUCell,
  'lstm': nn.OptimizedLSTMCell,
}
GATES = {'elman': 1, 'gru': 3, 'lstm': 4}


def ours(cell, deferred):
  """Our runner of a cell over a batch, time first."""
  how = {'cell': cell, 'deferred': deferred, 'time_major': True}
  return find('linen').factory('rnn')(SIZE, **how)


def flax_rnn(cell, time_major):
  """That of Flax."""
  return nn.RNN(FLAX[cell](SIZE), time_major=time_major)


def haiku_rnn(cell):
  """That of Haiku, as a transformed function."""
  import haiku as hk

  cells = {'elman': hk.VanillaRNN, 'gru': hk.GRU, 'lstm': hk.LSTM}

  def run(xs):
    core = cells[cell](SIZE)
    return hk.dynamic_unroll(core, xs, core.initial_state(xs.shape[1]))[0]

  return hk.without_apply_rng(hk.transform(run))


def compiled(function, *arguments):
  """The function compiled for the arguments, and called once."""
  made = jax.jit(function).lower(*arguments).compile()
  jax.block_until_ready(made(*arguments))
  return lambda: jax.block_until_ready(made(*arguments))


def loss_of(apply):
  """variables, xs -> the sum of the squares of what apply returns."""
  return lambda variables, xs: jnp.square(apply(variables, xs)).sum()


def calls_of_jax(cell, xs):
  """Name -> calls forward and for the gradient, of JAX's networks."""
  made = {
    'Flax': (flax_rnn(cell, False), xs.swapaxes(0, 1)),
    'Flax, time first': (flax_rnn(cell, True), xs),
    'plain': (ours(cell, False), xs),
    'bptt': (ours(cell, True), xs),
  }
  if importlib.util.find_spec('haiku'):
    made['Haiku'] = (haiku_rnn(cell), xs)
  calls = {}
  for name, (model, xs) in made.items():
    variables = model.init(jax.random.key(0), xs)
    there = compiled(model.apply, variables, xs)
    back = compiled(jax.grad(loss_of(model.apply)), variables, xs)
    calls[name] = there, back
  return calls


def calls_of_torch(cell, batch, steps):
  """The same of PyTorch's network; nothing where it is not installed."""
  if not importlib.util.find_spec('torch'):
    return {}
  import torch

  networks = {'elman': torch.nn.RNN, 'gru': torch.nn.GRU, 'lstm': torch.nn.LSTM}
  rnn = networks[cell](SIZE, SIZE)
  xs = torch.randn(steps, batch, SIZE)

  def there():
    with torch.no_grad():
      rnn(xs)

  def back():
    rnn.zero_grad()
    (rnn(xs)[0] ** 2).sum().backward()

  return {'PyTorch': (there, back)}


def products(cell, xs):
  """The products alone, forward and for the gradient: no loop is faster."""
  rows = xs.reshape(-1, SIZE)
  keys = jax.random.split(jax.random.key(2), 2 * GATES[cell])
  kernels = [jax.random.normal(key, (SIZE, SIZE)) for key in keys]

  def there(rows, kernels):
    return [rows @ kernel for kernel in kernels]

  def back(rows, kernels):
    made = there(rows, kernels)
    half = zip(made[::2], kernels[::2], strict=True)
    by_h = [one @ kernel.T for one, kernel in half]
    return [rows.T @ one for one in made], by_h

  return compiled(there, rows, kernels), compiled(back, rows, kernels)


def empty(steps):
  """A loop of as many steps that add 1."""
  step = lambda carry, _: (carry + 1, None)
  return compiled(lambda x: lax.scan(step, x, length=steps)[0], jnp.zeros(()))


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


def rows(cell, batch, steps):
  """Forward and gradient: Flax in seconds, the others as ratios to it."""
  xs = jax.random.normal(jax.random.key(1), (steps, batch, SIZE))
  calls = calls_of_jax(cell, xs) | calls_of_torch(cell, batch, steps)
  calls['products alone'] = products(cell, xs)
  loop = empty(steps)
  for i, what in enumerate(('forward', 'gradient')):
    each = {name: pair[i] for name, pair in calls.items()}
    found = medians({**each, 'empty loop': loop})
    ratios = {name: took / found['Flax'] for name, took in found.items()}
    yield f'{cell} {batch} x {steps}', what, found['Flax'], ratios


def compare():
  """Prints a row for each cell, batch and direction."""
  table = None
  for cell in FLAX:
    for shape in SHAPES:
      for label, what, took, ratios in rows(cell, *shape):
        if table is None:
          table = Table('batch x steps', '', 'Flax, s', *list(ratios)[1:])
        cells = [f'{ratio:.2f}' for ratio in list(ratios.values())[1:]]
        table.add_row(label, what, f'{took:.3f}', *cells)
  Console(width=140).print(table)


def peak():
  """FLOP/s of a large product of matrices on this machine."""
  size = 2048
  square = jax.random.normal(jax.random.key(3), (size, size))
  call = compiled(jnp.matmul, square, square)
  return 2 * size**3 / min(seconds(call) for _ in range(TURNS))


def notebook():
  """Name -> seconds of the run of the scan notebook, one sequence."""
  xs = jax.random.normal(jax.random.key(1), (STEPS, SIZE))
  calls = {}
  for name in ('elman', 'bptt'):
    how = {'cell': 'elman'} if name == 'bptt' else {}
    model = find('linen').factory(name)(SIZE, **how)
    variables = model.init(jax.random.key(0), xs[:2])
    calls[f'{name}, jit'] = compiled(model.apply, variables, xs)
    eager = lambda m=model, v=variables: jax.block_until_ready(m.apply(v, xs))
    eager()
    calls[f'{name}, no jit'] = eager
  return medians(calls)


def roof(picture):
  """Prints FLOP/s of the notebook's run and their share of the peak."""
  top = peak()
  work = STEPS * (2 * 2 * SIZE * SIZE + SIZE)  # two products and a sum
  table = Table(f'{STEPS} steps', 's', 'GFLOP/s', f'of {top / 1e9:.0f} GFLOP/s')
  reached = {}
  for name, took in notebook().items():
    reached[name] = work / took
    share = f'{work / took / top:.1%}'
    table.add_row(name, f'{took:.3f}', f'{work / took / 1e9:.2f}', share)
  Console(width=100).print(table)
  if picture:
    draw(picture, top, reached)


def draw(picture, top, reached):
  """The share of the peak that each run reaches, as an SVG of bars."""
  bars = {'a large product': top, **reached}
  lines = ['<svg xmlns="http://www.w3.org/2000/svg" width="640" height="200"']
  lines[0] += ' font-family="sans-serif" font-size="14">'
  for i, (name, rate) in enumerate(bars.items()):
    y, width = 20 + 34 * i, max(1, 360 * rate / top)
    lines.append(f'<text x="150" y="{y + 16}" text-anchor="end">{name}</text>')
    lines.append(
      f'<rect x="160" y="{y}" width="{width:.0f}" height="22" fill="#4c72b0"/>'
    )
    text = f'{rate / 1e9:.1f} GFLOP/s'
    lines.append(f'<text x="{170 + width:.0f}" y="{y + 16}">{text}</text>')
  with open(picture, 'w', encoding='utf-8') as file:
    file.write('\n'.join([*lines, '</svg>\n']))


def main():
  """Says on what it runs, then prints both tables."""
  parser = argparse.ArgumentParser(description=(__doc__ or '').splitlines()[0])
  parser.add_argument('--picture', help='an SVG file, to draw the roof to')
  options = parser.parse_args()
  versions = f'jax {jax.__version__}, flax {flax.__version__}'
  print(platform.python_version(), versions, jax.devices()[0].device_kind)
  roof(options.picture)
  compare()


if __name__ == '__main__':
  main()
