"""Faults in cells, and in what every model stands on."""

from equivalence_tests.meta.faults import Edit, Fault, everywhere, in_each

FOLD = "__import__('jax').random.fold_in(key, 0)"
FIXED = "__import__('jax').random.key(0)"
WAYS = ('pure', 'scope', 'linen')
STOP = "__import__('jax').lax.stop_gradient"
INIT = 'n.recurrent_init'
INPUT, FORGET = "nn.sigmoid(gate('i'))", "nn.sigmoid(gate('f'))"
UNCHECKED = (
  'lambda make: lambda *a, **k: build(network(*a, **k), make(network(*a, **k)))'
)


def init_of(name: str, claim: str, drawn: str, *more: tuple[str, str, str]):
  """A fault in how the recurrent kernel is drawn from its key."""
  faulty = f'(lambda key, *a: {drawn.format(init=INIT)})'
  return everywhere(name, 'elman', claim, ('cells/elman', INIT, faulty), *more)


FAULTS = (
  everywhere(
    'another default',
    'elman',
    'signature',
    ('networks/cells', 'unroll: Size = 1', 'unroll: Size = 2'),
  ),
  everywhere(
    'another name', 'elman', 'variables', ('cells/elman', "'recurrent'", "'W'")
  ),
  everywhere(
    'a bias always in float32',
    'elman',
    'variables',
    ('dense/dense', '(n.features,), n.param_dtype', "(n.features,), 'float32'"),
    row=1,
  ),
  init_of('a key folded once more', 'init', '{init}(' + FOLD + ', *a)'),
  everywhere(
    'the initializers of kernel and bias swapped',
    'elman',
    'init',
    ('dense/dense', 'n.kernel_init', 'n.other'),
    ('dense/dense', 'n.bias_init', 'n.kernel_init'),
    ('dense/dense', 'n.other', 'n.bias_init'),
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
    ('cells/elman', 'h @ recurrent', 'h @ recurrent.T'),
  ),
  everywhere(
    'a missing bias',
    'elman',
    'outputs',
    ('dense/dense', " + params['bias'].astype(dtype)", ''),
    row=3,
  ),
  everywhere(
    'a reversed scan',
    'elman',
    'outputs',
    ('parts/over_time', 'reverse=', 'reverse=not '),
  ),
  everywhere(
    'a dropped carry',
    'elman',
    'outputs',
    ('cells/elman', 'return h, h', 'return 0 * h, h'),
  ),
  everywhere(
    'a history late by one step',
    'elman',
    'outputs',
    ('cells/elman', ' h = ', ' late, h = h, '),
    ('cells/elman', 'return h, h', 'return h, late'),
  ),
  everywhere(
    'an activation before the sum',
    'elman',
    'outputs',
    ('cells/elman', 'h @ recurrent + ', 'h @ recurrent) + ('),
  ),
  everywhere(
    'an initial carry that is ignored',
    'elman',
    'outputs',
    ('parts/over_time', 'if initial_carry is None:', 'if True:'),
    row=1,
  ),
  everywhere(
    'an initial carry of ones',
    'elman',
    'outputs',
    ('networks/cells', 'jnp.zeros(self', 'jnp.ones(self'),
  ),
  everywhere(
    'a dtype that is ignored',
    'elman',
    'outputs',
    ('dense/dense', ' or x.dtype', ' and x.dtype'),
    row=4,
  ),
  everywhere(
    'a gradient that stops',
    'elman',
    'gradients',
    ('cells/elman', 'h @ recurrent', f'{STOP}(h) @ recurrent'),
  ),
  Fault(
    'updates that are lost',
    'elman',
    'state',
    {
      'pure': [Edit('as_pure', 'for name in mutable', 'for name in ()')],
      'scope': [
        Edit(
          'as_scope',
          'core.apply(function, mutable)',
          'core.apply(function, mutable and [])',
        )
      ],
      'linen': [
        Edit(
          'as_linen',
          'placed(options), **options)',
          "placed(options), **{**options, 'mutable': "
          "options.get('mutable', False) and []})",
        )
      ],
    },
  ),
  init_of(
    'a kernel kept transposed',
    'exchange',
    '{init}(key, *a).T',
    ('cells/elman', 'h @ recurrent', 'h @ recurrent.T'),
  ),
  in_each(
    'terms in another order',
    'cells/elman',
    'program',
    (
      "h @ recurrent + dense_apply(dense, params['input'], x)",
      "dense_apply(dense, params['input'], x) + h @ recurrent",
    ),
    (
      "h @ recurrent + scope.child(dense, 'input')(x)",
      "scope.child(dense, 'input')(x) + h @ recurrent",
    ),
    ('h @ recurrent + dense(x)', 'dense(x) + h @ recurrent'),
  ),
  everywhere(
    'an unroll that is ignored',
    'elman',
    'program',
    ('parts/over_time', 'unroll=', 'unroll=0 * '),
    row=1,
  ),
  Fault(
    'arguments that nobody checks',
    'elman',
    'errors',
    {
      way: [Edit(f'as_{way}', f"checked('{way}', build, network)", UNCHECKED)]
      for way in WAYS
    },
  ),
  everywhere(
    'input and forget gate swapped',
    'lstm',
    'outputs',
    ('networks/cells', f'{INPUT}, {FORGET}', f'{FORGET}, {INPUT}'),
  ),
  everywhere(
    'a memory handed on in place of the output',
    'lstm',
    'outputs',
    ('networks/cells', 'LSTMCarry(c, h), h', 'LSTMCarry(c, c), h'),
  ),
  everywhere(
    'gates that exchange what they weigh',
    'optimized_lstm',
    'outputs',
    ('networks/cells', 'c = f * c + i * g', 'c = i * c + f * g'),
  ),
  everywhere(
    'an update gate the other way round',
    'gru',
    'outputs',
    ('networks/cells', '(1 - z) * n + z * h', 'z * n + (1 - z) * h'),
  ),
  everywhere(
    'a reset gate that is ignored',
    'mgu',
    'outputs',
    ('networks/cells', 'inner * f if self', 'inner if self'),
  ),
  everywhere(
    'gates cut in another order',
    'conv_lstm',
    'outputs',
    ('networks/cells', 'i, g, f, o = jnp.split', 'i, f, g, o = jnp.split'),
  ),
  everywhere(
    'a kernel transposed',
    'conv_lstm',
    'program',
    ('equations/convolution', "'HWIO'", "'WHIO'"),
  ),
  everywhere(
    'a carry that is not what was said',
    'jordan',
    'outputs',
    ('networks/cells', 'return y, y', 'return h, y'),
  ),
  everywhere(
    'x in front of h',
    'concatenated',
    'outputs',
    (
      'networks/cells',
      '[carry, x.astype(carry.dtype)]',
      '[x.astype(carry.dtype), carry]',
    ),
  ),
  everywhere(
    'a gate the other way round',
    'min_gru',
    'outputs',
    ('networks/cells', 'return 1 - z, z * layer', 'return z, (1 - z) * layer'),
  ),
  everywhere(
    'steps joined in the wrong order',
    'min_gru',
    'outputs',
    ('equations/linear', 'c * b + d', 'a * d + b'),
    row=3,
  ),
  everywhere(
    'a first carry that is lost where all steps run at once',
    'min_gru',
    'outputs',
    (
      'equations/linear',
      'scale * first[None] + shift',
      'shift + 0 * first[None]',
    ),
    row=3,
  ),
  everywhere(
    'padding that a cell alone sees',
    'lstm',
    'outputs',
    ('parts/over_time', 'repeated(xs, seq_length)', 'xs[::-1]'),
    row=2,
  ),
  everywhere(
    'padding of an image that is not 0 where it should be',
    'conv_lstm',
    'outputs',
    ('parts/over_time', 'known(ys, seq_length)', 'ys'),
    row=2,
  ),
)
