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
  shared_fault(
    'a derivative of the carry that is not passed on',
    'bptt',
    'oracle',
    (
      'equations/backward_passes/loop',
      'd_new = d_next if valid is None else select(valid, d_next, zero)',
      'd_new = zero',
    ),
  ),
  shared_fault(
    'states that are early by one',
    'bptt',
    'oracle',
    (
      'equations/backward_passes/loop',
      '(residuals, hidden(carry))',
      '(residuals, hidden(new))',
    ),
  ),
  shared_fault(
    'the derivative of the initial carry dropped',
    'bptt',
    'oracle',
    (
      'equations/backward_passes/loop',
      '*d_params, d_initial_carry, None',
      '*d_params, jax.tree.map(jnp.zeros_like, d_initial_carry), None',
    ),
  ),
  shared_fault(
    'a memory that forgets in the backward pass alone',
    'bptt',
    'oracle',
    (
      'equations/backward_passes/lstm',
      'LSTMCarry(d_c * f',
      'LSTMCarry(d_c',
    ),
  ),
  shared_fault(
    'a wrong derivative of the candidate of the LSTM',
    'bptt',
    'oracle',
    ('equations/backward_passes/lstm', '1 - g * g', '2 - g * g'),
  ),
  shared_fault(
    'a wrong derivative of the candidate of the GRU',
    'rnn',
    'oracle',
    ('equations/backward_passes/gru', '1 - n * n', '2 - n * n'),
  ),
  shared_fault(
    'a reset gate that is missing in the backward pass',
    'bptt',
    'oracle',
    ('equations/backward_passes/gru', 'd_n * r', 'd_n'),
  ),
  shared_fault(
    'a derivative that padding loses',
    'rnn',
    'oracle',
    (
      'equations/backward_passes/loop',
      'select(valid, zero, d_next)',
      'zero',
    ),
  ),
  shared_fault(
    'padding in a linear recurrence',
    'deep_rnn',
    'oracle',
    (
      'equations/linear',
      'jnp.where(at, a, 1), jnp.where(at, b, 0)',
      'a, jnp.where(at, b, 0)',
    ),
  ),
  shared_fault(
    'the rows of x taken for those of h',
    'deep_rnn',
    'oracle',
    (
      'equations/backward_passes/concatenated',
      '(kernel[len(bias) :],), (bias,), (kernel[: len(bias)],)',
      '(kernel[:-len(bias)],), (bias,), (kernel[-len(bias) :],)',
    ),
  ),
  shared_fault(
    'a state space read by a sum in place of a product',
    'char_rnn',
    'oracle',
    ('equations/backward_passes/ssm', 'c * states', 'c + states'),
  ),
  shared_fault(
    'parameters always in float32',
    'lstm',
    'oracle',
    (
      'networks/cells/lstm',
      '  def zero_carry',
      '  def __post_init__(self):\n'
      '    super().__post_init__()\n'
      "    object.__setattr__(self, 'param_dtype', 'float32')\n\n"
      '  def zero_carry',
    ),
  ),
  shared_fault(
    'a backward pass without the slope of a gate',
    'bptt',
    'oracle',
    (
      'equations/backward_passes/lstm',
      'd_i = d_c * g * i * (1 - i)',
      'd_i = d_c * g * i',
    ),
  ),
)
