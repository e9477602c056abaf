"""Faults in cells, and in what every model stands on."""

from equivalence_tests.meta.faults import Edit, Fault, everywhere, in_each

FOLD = "__import__('jax').random.fold_in(key, 0)"
FIXED = "__import__('jax').random.key(0)"
WAYS = ('pure', 'scope', 'linen')
STOP = "__import__('jax').lax.stop_gradient"
INIT = 'n.recurrent_init'
UNROLLED = (
  "(__import__('dataclasses').make_dataclass('Elman', [('unroll', int, 2)], "
  'bases=(Elman,), frozen=True, kw_only=True))'
)
TERMS = 'run(a, b, h_0, valid, n.reverse)'
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
    ('cells/elman', '(Elman)', UNROLLED),
  ),
  everywhere(
    'another name', 'elman', 'variables', ('cells/elman', "'recurrent'", "'W'")
  ),
  in_each(
    'a bias always in float32',
    'dense/dense',
    'variables',
    ('(n.features,), n.param_dtype', "(n.features,), 'float32'"),
    ('shape[1:], n.param_dtype', "shape[1:], 'float32'"),
    ('shape[1:], n.param_dtype', "shape[1:], 'float32'"),
    model='elman',
    row=1,
  ),
  init_of('a key folded once more', 'init', '{init}(' + FOLD + ', *a)'),
  everywhere(
    'the initializers of kernel and bias swapped',
    'elman',
    'init',
    (
      'cells/elman',
      'n.kernel_init, n.bias_init',
      'n.bias_init, n.kernel_init',
    ),
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
  in_each(
    'a missing bias',
    'dense/dense',
    'outputs',
    (" + params['bias'].astype(dtype)", ''),
    (' + bias.astype(dtype)', ''),
    (' + bias.astype(dtype)', ''),
    model='elman',
    row=3,
  ),
  everywhere(
    'a reversed scan',
    'elman',
    'outputs',
    ('cells/elman', 'reverse=', 'reverse=not '),
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
    ('cells/elman', '(from_h + from_x)', '(from_h) + from_x'),
  ),
  everywhere(
    'an initial carry that is ignored',
    'elman',
    'outputs',
    ('cells/elman', 'if initial_carry is None', 'if True'),
    row=1,
  ),
  everywhere(
    'an initial carry of ones',
    'elman',
    'outputs',
    ('cells/elman', 'n.zero_carry(xs)', '1 + n.zero_carry(xs)'),
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
  everywhere(
    'terms in another order',
    'elman',
    'program',
    ('cells/elman', 'from_h + from_x', 'from_x + from_h'),
  ),
  everywhere(
    'an unroll that is ignored',
    'elman',
    'program',
    ('cells/elman', 'unroll=', 'unroll=0 * '),
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
    ('cells/lstm', ' i = ', ' was_i = '),
    ('cells/lstm', ' f = ', ' i = '),
    ('cells/lstm', ' was_i = ', ' f = '),
  ),
  everywhere(
    'a memory handed on in place of the output',
    'lstm',
    'outputs',
    ('cells/lstm', 'LSTMCarry(c, h), h', 'LSTMCarry(c, c), h'),
  ),
  everywhere(
    'gates that exchange what they weigh',
    'optimized_lstm',
    'outputs',
    ('cells/optimized_lstm', 'c = f * c + i * g', 'c = i * c + f * g'),
  ),
  everywhere(
    'an update gate the other way round',
    'gru',
    'outputs',
    ('cells/gru', '(1 - z) * new + z * h', 'z * new + (1 - z) * h'),
  ),
  everywhere(
    'a reset gate that is ignored',
    'mgu',
    'outputs',
    ('cells/mgu', ' * f if n.reset_gate', ' if n.reset_gate'),
  ),
  everywhere(
    'gates cut in another order',
    'conv_lstm',
    'outputs',
    ('cells/conv_lstm', 'i, g, f, o = jnp.split', 'i, f, g, o = jnp.split'),
  ),
  in_each(
    'a kernel transposed',
    'parts/conv',
    'program',
    ("params['kernel'],", "params['kernel'].swapaxes(0, 1),"),
    ('(x, kernel,', '(x, kernel.swapaxes(0, 1),'),
    ('(x, kernel,', '(x, kernel.swapaxes(0, 1),'),
    model='conv_lstm',
  ),
  everywhere(
    'a carry that is not what was said',
    'jordan',
    'outputs',
    ('cells/jordan', 'return y, y', 'return h, y'),
  ),
  everywhere(
    'x in front of h',
    'concatenated',
    'outputs',
    (
      'cells/concatenated',
      '[h, x.astype(h.dtype)]',
      '[x.astype(h.dtype), h]',
    ),
  ),
  everywhere(
    'a gate the other way round',
    'min_gru',
    'outputs',
    ('cells/min_gru', 'return 1 - z, z * ', 'return z, (1 - z) * '),
  ),
  everywhere(
    'steps joined in the wrong order',
    'min_gru',
    'outputs',
    ('cells/min_gru', TERMS, TERMS.replace('n.reverse', 'not n.reverse')),
    row=3,
  ),
  everywhere(
    'a first carry that is lost where all steps run at once',
    'min_gru',
    'outputs',
    ('cells/min_gru', TERMS, TERMS.replace('h_0', '0 * h_0')),
    row=3,
  ),
  everywhere(
    'padding that a cell alone sees',
    'lstm',
    'outputs',
    ('cells/lstm', 'mark_padding(xs,', 'mark_padding(xs[::-1],'),
    row=2,
  ),
  everywhere(
    'padding of an image that is not 0 where it should be',
    'conv_lstm',
    'outputs',
    ('cells/conv_lstm', 'seq_length, n.zero_padding', 'seq_length, False'),
    row=2,
  ),
)
