"""Faults in what is saved, and in how layers follow each other."""

from equivalence_tests.meta.faults import everywhere, in_each

FAULTS = (
  everywhere(
    'another policy',
    'remat_rnn',
    'program',
    ('memory/remat_rnn', 'POLICIES[n.saved]', "POLICIES['everything']"),
  ),
  in_each(
    'nothing computed again',
    'memory/remat_rnn',
    'program',
    ('remat(params', 'cell.step(params'),
    ("scope.child(remat, 'elman')", "scope.child(cell, 'elman')"),
    ('return remat(', 'return ElmanCell('),
  ),
  everywhere(
    'a layer instead of what it adds',
    'remat_stack',
    'outputs',
    ('memory/remat_stack', 'return x + jnp.tanh(y)', 'return jnp.tanh(y)'),
  ),
  in_each(
    'groups and layers exchanged',
    'memory/remat_stack',
    'variables',
    ('(groups, layers), dense', '(layers, groups), dense'),
    ('(layer, n.lengths)', '(layer, n.lengths[::-1])'),
    ('(Layer, n.lengths)', '(Layer, n.lengths[::-1])'),
  ),
  everywhere(
    'padding that is 0 where it should not be',
    'remat_rnn',
    'outputs',
    ('memory/remat_rnn', 'n.zero_padding', 'not n.zero_padding'),
    row=1,
  ),
)
