"""Faults in what is saved, and in how layers follow each other."""

from equivalence_tests.meta.faults import everywhere, in_each

FAULTS = (
  everywhere(
    'another policy',
    'remat_rnn',
    'program',
    ('networks/memory', 'POLICIES[self.saved]', "POLICIES['everything']"),
  ),
  in_each(
    'nothing computed again',
    'memory/remat_rnn',
    'program',
    ('remat(params', 'elman.step(params'),
    ("scope.child(remat, 'elman')", "scope.child(elman.step, 'elman')"),
    ('RematCell(remat(n))', 'RematCell(ElmanCell(n))'),
  ),
  everywhere(
    'a layer instead of what it adds',
    'remat_stack',
    'outputs',
    ('networks/memory', 'return x + jnp.tanh(y)', 'return jnp.tanh(y)'),
  ),
  in_each(
    'groups and layers exchanged',
    'memory/remat_stack',
    'variables',
    ('groups, layers = n.lengths', 'layers, groups = n.lengths'),
    ('(layer, n.lengths)', '(layer, n.lengths[::-1])'),
    ('(Layer, self.n.lengths)', '(Layer, self.n.lengths[::-1])'),
  ),
  everywhere(
    'padding that is 0 where it should not be',
    'remat_rnn',
    'outputs',
    ('memory/remat_rnn', '=n.zero_padding', '=not n.zero_padding'),
    row=1,
  ),
)
