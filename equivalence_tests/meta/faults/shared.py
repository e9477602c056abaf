"""Faults of the files that all ways import: each is a fault of every way.

No claim that compares the ways can see one, unless the fault keeps a way from
its own: `init`, where the pure way derives its keys as Flax does.
"""

from equivalence_tests.meta.faults import shared_fault

FAULTS = (
  shared_fault(
    'another default activation',
    'elman',
    'oracle',
    (
      'networks/cells/elman',
      'activation: Activation = jnp.tanh',
      'activation: Activation = jnp.sin',
    ),
  ),
  shared_fault(
    'a zero carry of ones',
    'elman',
    'oracle',
    ('networks/cells/elman', 'jnp.zeros(', 'jnp.ones('),
  ),
  shared_fault(
    'a hyperparameter that no inner network gets',
    'dropout_rnn',
    'signature',
    (
      'networks/network',
      'if hasattr(self, n)}',
      "if hasattr(self, n) and n != 'recurrent_init'}",
    ),
  ),
  shared_fault(
    'keys of other bytes of the hash',
    'elman',
    'init',
    ('keys', 'sha1.digest()[:4]', 'sha1.digest()[4:8]'),
  ),
  shared_fault(
    'hyperparameters that nobody checks',
    'elman',
    'errors',
    ('checks/factories', 'check_hyperparameters(refuse, kinds, given)', 'pass'),
  ),
  shared_fault(
    'arguments that nobody names',
    'elman',
    'errors',
    ('checks/calls', 'check_names(signature.refuse, optional, names)', 'pass'),
  ),
  shared_fault(
    'a carry that changes at padding',
    'elman',
    'oracle',
    ('padding', 'return select(valid, new, carry), y', 'return new, y'),
  ),
  shared_fault(
    'the last output but one at padding',
    'elman',
    'oracle',
    (
      'padding',
      'jnp.minimum(jnp.arange(len(ys)), last)',
      'jnp.minimum(jnp.arange(len(ys)), last - 1)',
    ),
  ),
  shared_fault(
    'padding that is never 0',
    'elman',
    'oracle',
    ('padding', '  if zero_padding:', '  if False:'),
  ),
  shared_fault(
    'a sequence that is flipped one step too far',
    'rnn',
    'oracle',
    ('outputs', 'length - 1 - t, t', 'length - t, t'),
  ),
  shared_fault(
    'the output of the initial carry taken for padding',
    'rnn',
    'oracle',
    ('outputs', 'seq_lengths.astype(int) + 1', 'seq_lengths.astype(int)'),
  ),
  shared_fault(
    'a kernel with its axes in another order',
    'conv_lstm',
    'oracle',
    ('equations/convolution', "'HWIO'", "'WHIO'"),
  ),
  shared_fault(
    'steps composed in the wrong order',
    'min_gru',
    'oracle',
    ('equations/linear', 'c * b + d', 'a * d + b'),
  ),
  shared_fault(
    'an initial carry that the associative scan loses',
    'min_gru',
    'oracle',
    (
      'equations/linear',
      'scale * initial[None] + shift',
      'shift + 0 * initial[None]',
    ),
  ),
  shared_fault(
    'a convolution kernel that is not flipped',
    'ssm',
    'oracle',
    ('equations/state_space', 'kernel[::-1].T', 'kernel.T'),
  ),
  shared_fault(
    'a system without its D',
    'ssm',
    'oracle',
    ('equations/state_space', '+ d[None] * us', '+ 0 * d[None] * us'),
  ),
)
