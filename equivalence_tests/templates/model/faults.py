"""Faults to plant in each way of the network."""

from equivalence_tests.meta.faults import in_each

FAULTS = (
  in_each(
    'the leak multiplies the new state',
    'my_rnn',
    'outputs',
    ('n.leak * h + (1 - n.leak)', '(1 - n.leak) * h + n.leak'),
    ('n.leak * h + (1 - n.leak)', '(1 - n.leak) * h + n.leak'),
    ('n.leak * h + (1 - n.leak)', '(1 - n.leak) * h + n.leak'),
    row=None,
  ),
)
