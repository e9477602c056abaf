"""Faults in the Elman network, and in what every model stands on."""

from equivalence_tests.meta.faults import Edit, Fault, everywhere

FOLD = "__import__('jax').random.fold_in(key, 0)"
FIXED = "__import__('jax').random.key(0)"
SELF = {'pure': '', 'scope': '', 'linen': 'self.'}  # before hyperparameters
BUILD = {'pure': 'make', 'scope': 'build', 'linen': 'build'}
STOP = "__import__('jax').lax.stop_gradient"


def init_of(name: str, claim: str, drawn: str, *more: tuple[str, str, str]):
  """A fault in how the recurrent kernel is drawn from its key."""
  edits = {}
  for way, me in SELF.items():
    init = f'typed({me}recurrent_init)'
    faulty = f'(lambda key, *a: {drawn.format(init=init)})'
    edits[way] = [Edit('elman', init, faulty), *(Edit(*e) for e in more)]
  return Fault(name, 'elman', claim, edits)


FAULTS = (
  everywhere(
    'another default',
    'elman',
    'signature',
    ('elman', 'unroll: int = 1', 'unroll: int = 2'),
  ),
  everywhere(
    'another name', 'elman', 'variables', ('elman', "'recurrent'", "'W'")
  ),
  Fault(
    'a bias always in float32',
    'elman',
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
    row=1,
  ),
  init_of('a key folded once more', 'init', '{init}(' + FOLD + ', *a)'),
  Fault(
    'the initializers of kernel and bias swapped',
    'elman',
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
    'init',
    '{init}(' + FIXED + ', *a)',
  ),
  everywhere(
    'a transposed kernel',
    'elman',
    'outputs',
    ('elman', 'h @ recurrent', 'h @ recurrent.T'),
  ),
  Fault(
    'a missing bias',
    'elman',
    'outputs',
    {
      'pure': [Edit('dense', " + params['bias'].astype(dtype)", '')],
      'scope': [Edit('dense', ' + bias.astype(dtype)', '')],
      'linen': [Edit('dense', ' + bias.astype(dtype)', '')],
    },
    row=3,
  ),
  everywhere(
    'a reversed scan',
    'elman',
    'outputs',
    ('over_time', 'reverse=', 'reverse=not '),
  ),
  everywhere(
    'a dropped carry',
    'elman',
    'outputs',
    ('elman', 'return h, h', 'return 0 * h, h'),
  ),
  everywhere(
    'a history late by one step',
    'elman',
    'outputs',
    ('elman', ' h = ', ' late, h = h, '),
    ('elman', 'return h, h', 'return h, late'),
  ),
  everywhere(
    'an activation before the sum',
    'elman',
    'outputs',
    ('elman', '.astype(h.dtype) + ', '.astype(h.dtype)) + ('),
  ),
  everywhere(
    'an initial carry that is ignored',
    'elman',
    'outputs',
    ('over_time', 'if initial_carry is None:', 'if True:'),
    row=1,
  ),
  everywhere(
    'an initial carry of ones',
    'elman',
    'outputs',
    ('elman', 'jnp.zeros', 'jnp.ones'),
  ),
  everywhere(
    'a dtype that is ignored',
    'elman',
    'outputs',
    ('dense', ' or x.dtype', ' and x.dtype'),
    row=4,
  ),
  everywhere(
    'a gradient that stops',
    'elman',
    'gradients',
    ('elman', 'h @ recurrent', f'{STOP}(h) @ recurrent'),
  ),
  Fault(
    'updates that are lost',
    'elman',
    'state',
    {
      'pure': [Edit('as_model', 'for name in mutable', 'for name in ()')],
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
    'elman',
    'program',
    (
      'elman',
      'h @ recurrent.astype(h.dtype) + dense(x)',
      'dense(x) + h @ recurrent.astype(h.dtype)',
    ),
  ),
  everywhere(
    'an unroll that is ignored',
    'elman',
    'program',
    ('over_time', 'unroll=', 'unroll=0 * '),
    row=1,
  ),
  Fault(
    'arguments that nobody checks',
    'elman',
    'errors',
    {
      way: [
        Edit(
          'as_model',
          f"checked('{way}', {build}, axes, streams, optional, divisors)",
          f'lambda factory: lambda *a, **k: {build}(factory(*a, **k))',
        )
      ]
      for way, build in BUILD.items()
    },
  ),
)
