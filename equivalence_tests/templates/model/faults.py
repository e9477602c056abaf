"""Faults to plant in what computes the network, each in all of its ways."""

from equivalence_tests.meta.faults import in_each

FAULTS = (
  in_each(
    'what leaks exchanged with what is new',
    'my_rnn',
    'outputs',
    ('n.leak * h', 'n.leak * new'),
    ('n.leak * h', 'n.leak * new'),
    ('n.leak * h', 'n.leak * new'),
  ),
)
