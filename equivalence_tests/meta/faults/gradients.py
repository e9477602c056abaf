"""Faults in what is differentiated, by what, and where it goes."""

from equivalence_tests.meta.faults import everywhere, in_each

FAULTS = (
  everywhere(
    'up the energy, not down',
    'settling_rnn',
    'outputs',
    ('networks/gradients', 'h - self.rate', 'h + self.rate'),
  ),
  in_each(
    'the energy of the cell at the last h alone',
    'gradients/settling_rnn',
    'outputs',
    ("params['elman'], h, x)[0]", "params['elman'], 0 * h, x)[0]"),
    ("'elman')(h, x)[0]", "'elman')(0 * h, x)[0]"),
    ('elman(h, x)[0]', 'elman(0 * h, x)[0]'),
  ),
  everywhere(
    'noise at twice the temperature',
    'langevin_rnn',
    'outputs',
    ('networks/gradients', '2 * self.rate * self', '4 * self.rate * self'),
  ),
  in_each(
    'noise before the step',
    'gradients/langevin_rnn',
    'outputs',
    ('jax.grad(energy)(h)', 'jax.grad(energy)(n.shaken(noise(3), h))'),
    (
      'energy, scope, h)',
      "energy, scope, n.shaken(scope.make_rng('noise'), h))",
    ),
    ('self.elman, h)', "self.elman, self.n.shaken(self.make_rng('noise'), h))"),
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
    ("{'params': self.elman.variables['params']}", '{}'),
  ),
  everywhere(
    'traces that do not decay',
    'local_rnn',
    'outputs',
    ('networks/gradients', 'self.decay * e', 'e'),
  ),
  in_each(
    'a slope twice as steep',
    'gradients/local_rnn',
    'outputs',
    ('pull(jnp.ones_like(y))', 'pull(2 * jnp.ones_like(y))'),
    ('pull(jnp.ones_like(y))', 'pull(2 * jnp.ones_like(y))'),
    ('pull(jnp.ones_like(y))', 'pull(2 * jnp.ones_like(y))'),
  ),
  in_each(
    'nothing clipped',
    'gradients/clipped_rnn',
    'gradients',
    ('n.clipped(h)', 'h'),
    ('n.clipped(h)', 'h'),
    ('self.n.clipped(h)', 'h'),
    row=1,
  ),
  everywhere(
    'slopes below not clipped',
    'clipped_rnn',
    'gradients',
    ('networks/gradients', '-self.limit, self.limit', 'None, self.limit'),
    row=1,
  ),
  everywhere(
    'a slope that is not handed back',
    'bptt',
    'gradients',
    ('networks/gradients', '(slope + slope_here)', 'slope_here'),
  ),
  everywhere(
    'states that are late by one',
    'bptt',
    'gradients',
    ('networks/gradients', '[h[None], hs])[: len(hs)]', '[h[None], hs])[1:]'),
  ),
  everywhere(
    'the slope by the first state dropped',
    'bptt',
    'gradients',
    ('networks/gradients', 'by_params, slope, by', 'by_params, 0 * slope, by'),
    row=1,
  ),
)
