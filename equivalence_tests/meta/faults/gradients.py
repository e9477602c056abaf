"""Faults in what is differentiated, by what, and where it goes."""

from equivalence_tests.meta.faults import everywhere, in_each

SCOPE_KEY, LINEN_KEY = "scope.make_rng('noise')", "self.make_rng('noise')"


def shaken(key: str) -> str:
  """Return the source of h with noise from this key."""
  return f'h + random.normal({key}, h.shape, h.dtype)'


FAULTS = (
  everywhere(
    'up the energy, not down',
    'settling_rnn',
    'outputs',
    ('gradients/settling_rnn', 'h - n.rate', 'h + n.rate'),
  ),
  in_each(
    'the energy of the cell at the last h alone',
    'gradients/settling_rnn',
    'outputs',
    ("params['elman'], h, x)", "params['elman'], 0 * h, x)"),
    ("'elman')(h, x)", "'elman')(0 * h, x)"),
    ('elman(h, x)', 'elman(0 * h, x)'),
  ),
  everywhere(
    'noise at twice the temperature',
    'langevin_rnn',
    'outputs',
    ('gradients/langevin_rnn', '2 * n.rate * n', '4 * n.rate * n'),
  ),
  in_each(
    'noise before the step',
    'gradients/langevin_rnn',
    'outputs',
    ('grad(energy)(h)', f'grad(energy)({shaken("derive(key, 3)")})'),
    ('energy, scope, h)', f'energy, scope, {shaken(SCOPE_KEY)})'),
    ('energy, cell, h)', f'energy, cell, {shaken(LINEN_KEY)})'),
  ),
  in_each(
    'a derivative that is not handed on',
    'gradients/rtrl',
    'outputs',
    ('(params, carry.dh)', '(params, 0 * carry.dh)'),
    ('(carry.dh,)', '(0 * carry.dh,)'),
    ('(carry.dh,)', '(0 * carry.dh,)'),
  ),
  in_each(
    'parameters that stand still',
    'gradients/rtrl',
    'outputs',
    ('(params, carry.dh)', '(jax.tree.map(lambda p: 0 * p, params), carry.dh)'),
    ("{'params': scope.variables()['params']}", '{}'),
    ("{'params': cell.variables['params']}", '{}'),
  ),
  everywhere(
    'traces that do not decay',
    'local_rnn',
    'outputs',
    ('gradients/local_rnn', 'n.decay * e', 'e'),
  ),
  in_each(
    'a slope twice as steep',
    'gradients/local_rnn',
    'outputs',
    ('pull(jnp.ones_like(y))', 'pull(2 * jnp.ones_like(y))'),
    ('pull(jnp.ones_like(y))', 'pull(2 * jnp.ones_like(y))'),
    ('pull(jnp.ones_like(y))', 'pull(2 * jnp.ones_like(y))'),
  ),
  everywhere(
    'nothing clipped',
    'clipped_rnn',
    'gradients',
    ('gradients/clipped_rnn', 'jnp.clip(d_h, -n.limit, n.limit)', 'd_h'),
    row=1,
  ),
  everywhere(
    'slopes below not clipped',
    'clipped_rnn',
    'gradients',
    ('gradients/clipped_rnn', '-n.limit, n.limit', 'None, n.limit'),
    row=1,
  ),
  everywhere(
    'a backward pass that is not told where padding begins',
    'bptt',
    'outputs',
    ('gradients/bptt', 'h_0, *valid_xs)', 'h_0, None, valid_xs[1])'),
    row=1,
  ),
  everywhere(
    'padding that is 0 where it should not be',
    'rtrl',
    'outputs',
    ('gradients/rtrl', ', n.zero_padding', ', not n.zero_padding'),
    row=1,
  ),
)
