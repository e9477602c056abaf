"""Faults to plant in a copy of a way's own source, and who should see them.

A fault is an edit of the text. Where the text it looks for is gone, planting
fails loudly, so that the list keeps up with the source.
"""

import importlib.util
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from equivalence_tests.ways import OWN, Way

FOLD = "__import__('jax').random.fold_in(key, 0)"
FIXED = "__import__('jax').random.key(0)"
SELF = {'pure': '', 'scope': '', 'linen': 'self.'}  # before hyperparameters
BUILD = {'pure': 'partial(build, streams)', 'scope': 'build', 'linen': 'build'}
STOP = "__import__('jax').lax.stop_gradient"


class Edit(NamedTuple):
  """In this module of a way, every `old` becomes `new`."""

  module: str
  old: str
  new: str


class Fault(NamedTuple):
  """What is wrong, the claim that should see it, and the edits by way."""

  name: str
  claim: str
  edits: Mapping[str, Sequence[Edit]]


def everywhere(name: str, claim: str, *edits: tuple[str, str, str]) -> Fault:
  """A fault that is the same edit in every way."""
  return Fault(name, claim, {way: [Edit(*e) for e in edits] for way in OWN})


def init_of(name: str, claim: str, drawn: str, *more: tuple[str, str, str]):
  """A fault in how the recurrent kernel is drawn from its key."""
  edits = {}
  for way, me in SELF.items():
    init = f'typed({me}recurrent_init)'
    faulty = f'(lambda key, *a: {drawn.format(init=init)})'
    edits[way] = [Edit('elman', init, faulty), *(Edit(*e) for e in more)]
  return Fault(name, claim, edits)


FAULTS = (
  everywhere(
    'another default',
    'signature',
    ('elman', 'unroll: int = 1', 'unroll: int = 2'),
  ),
  everywhere('another name', 'variables', ('elman', "'recurrent'", "'W'")),
  Fault(
    'a bias always in float32',
    'variables',
    {
      way: [
        Edit(
          'dense',
          f'({me}features,), {me}param_dtype',
          f'({me}features,), jnp.float32',
        )
      ]
      for way, me in SELF.items()
    },
  ),
  init_of('a key folded once more', 'init', '{init}(' + FOLD + ', *a)'),
  Fault(
    'the initializers of kernel and bias swapped',
    'init',
    {
      way: [
        Edit('dense', f'typed({me}kernel_init)', f'typed({me}other)'),
        Edit('dense', f'typed({me}bias_init)', f'typed({me}kernel_init)'),
        Edit('dense', f'typed({me}other)', f'typed({me}bias_init)'),
      ]
      for way, me in SELF.items()
    },
  ),
  init_of(
    'a key of its own, whatever is given',
    'vmapped_init',
    '{init}(' + FIXED + ', *a)',
  ),
  everywhere(
    'a transposed kernel',
    'outputs',
    ('elman', 'h @ recurrent', 'h @ recurrent.T'),
  ),
  everywhere(
    'a missing bias', 'outputs', ('dense', ' + bias.astype(dtype)', '')
  ),
  everywhere(
    'a reversed scan',
    'outputs',
    ('elman', 'reverse=', 'reverse=not '),
  ),
  everywhere(
    'a dropped carry', 'outputs', ('elman', 'return h, h', 'return 0 * h, h')
  ),
  everywhere(
    'a history late by one step',
    'outputs',
    ('elman', ' h = ', ' late, h = h, '),
    ('elman', 'return h, h', 'return h, late'),
  ),
  everywhere(
    'an activation before the sum',
    'outputs',
    ('elman', '.astype(h.dtype) + ', '.astype(h.dtype)) + ('),
  ),
  everywhere(
    'an initial carry that is ignored',
    'outputs',
    ('elman', 'if initial_carry is None:', 'if True:'),
  ),
  everywhere(
    'an initial carry of ones', 'outputs', ('elman', 'jnp.zeros', 'jnp.ones')
  ),
  everywhere(
    'a dtype that is ignored',
    'outputs',
    ('dense', ' or x.dtype', ' and x.dtype'),
  ),
  everywhere(
    'a gradient that stops',
    'gradients',
    ('elman', 'h @ recurrent', f'{STOP}(h) @ recurrent'),
  ),
  Fault(
    'updates that are lost',
    'state',
    {
      'pure': [Edit('as_model', 'mutable is True or name in names', 'False')],
      'scope': [
        Edit(
          'as_model',
          'core.apply(function, mutable)',
          'core.apply(function, mutable and [])',
        )
      ],
      'linen': [
        Edit(
          'as_model',
          'module.apply)',
          'lambda *a, mutable=False, **k: '
          'module.apply(*a, mutable=mutable and [], **k))',
        )
      ],
    },
  ),
  init_of(
    'a kernel kept transposed',
    'exchange',
    '{init}(key, *a).T',
    ('elman', 'h @ recurrent', 'h @ recurrent.T'),
  ),
  everywhere(
    'terms in another order',
    'program',
    (
      'elman',
      'h @ recurrent.astype(h.dtype) + dense(x)',
      'dense(x) + h @ recurrent.astype(h.dtype)',
    ),
  ),
  everywhere(
    'an unroll that is ignored',
    'program',
    ('elman', 'unroll=unroll', 'unroll=1'),
  ),
  Fault(
    'arguments that nobody checks',
    'errors',
    {
      way: [
        Edit(
          'as_model',
          f"checked('{way}', {build}, axes, streams)",
          f'lambda factory: lambda *a, **k: {build}(factory(*a, **k))',
        )
      ]
      for way, build in BUILD.items()
    },
  ),
)

CONTROL = Fault('no fault', '', {way: [] for way in OWN})


def plant(fault: Fault, way: str, folder: Path) -> Way:
  """A copy of the way's package in the folder, with the fault in it.

  Raises:
    LookupError: the text that an edit looks for is not there.
  """
  package = OWN[way]
  spec = importlib.util.find_spec(package)
  assert spec is not None
  assert spec.origin is not None
  copy = f'planted_{way}_{abs(hash((fault.name, str(folder)))):x}'
  shutil.copytree(
    Path(spec.origin).parent,
    folder / copy,
    ignore=shutil.ignore_patterns('__pycache__'),
  )
  for file in (folder / copy).glob('*.py'):
    file.write_text(file.read_text().replace(package, copy))
  for module, old, new in fault.edits[way]:
    file = folder / copy / f'{module}.py'
    text = file.read_text()
    if old not in text:
      raise LookupError(f'{fault.name}: no {old!r} in {way} {module}.py')
    file.write_text(text.replace(old, new))
  return Way(way, copy)
