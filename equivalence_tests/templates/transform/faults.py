"""Faults to plant in each way of the network."""

from equivalence_tests.meta.faults import in_each

FAULTS = (
  in_each(
    'a turn too few',
    'my_rnn',
    'outputs',
    ('n.turns', 'n.turns - 1'),
    ('n.turns', 'n.turns - 1'),
    ('n.turns', 'n.turns - 1'),
  ),
)
