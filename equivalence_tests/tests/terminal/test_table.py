"""The parameter table, against what Flax tabulates."""

import re

import jax
import pytest
from flax import linen as nn
from flax import traverse_util
from jax import numpy as jnp

from equivalence_tests.suite.cases import Setting
from equivalence_tests.suite.models import CASES
from equivalence_tests.suite.ways import OWN, Way, find
from equivalence_tests.terminal.table import tabulate
from linen_rnn.dense import dense

SETTING = Setting({'features': 3}, {'time': 5, 'inputs': 2})


@pytest.mark.parametrize('model', CASES)
def test_the_table_is_the_same_in_every_way(model):
  case = CASES[model]
  tables = [tabulate(find(way), case, case.rows[0]) for way in OWN]
  assert tables[0] == tables[1] == tables[2]


def test_the_table_of_the_elman_network():
  found = tabulate(find('pure'), CASES['elman'], SETTING)
  assert [tuple(p) for p in found.parameters] == [
    ('params/cell/input/bias', (3,), 'float32', 3, 12),
    ('params/cell/input/kernel', (2, 3), 'float32', 6, 24),
    ('params/cell/recurrent', (3, 3), 'float32', 9, 36),
  ]
  assert found.operations == 5 * (3 * 5 + 3 * 3 + 3 + 3 + 3)


def test_the_table_has_what_flax_tabulates():
  n = dense.Dense(3)
  layer = dense.DenseLayer(n, n.kernel_init, n.bias_init)
  text = nn.tabulate(layer, jax.random.key(0))(jnp.ones(2))
  found = tabulate(find('linen'), CASES['dense'], SETTING)
  entries = sum(p.entries for p in found.parameters)
  size = sum(p.bytes for p in found.parameters)
  plain = re.sub(r'\x1b\[[0-9;]*m', '', text)  # Flax sets it in bold
  assert f'Total Parameters: {entries} ({size} B)' in plain


def test_the_table_lists_the_leaves_that_init_makes():
  factory = Way('linen', 'linen_rnn').factory('elman')
  variables = factory(3).init(jax.random.key(0), jnp.ones((5, 2)))
  leaves = traverse_util.flatten_dict(variables, sep='/')
  found = tabulate(find('linen'), CASES['elman'], SETTING).parameters
  assert {p.path: p.shape for p in found} == {
    path: leaf.shape for path, leaf in leaves.items()
  }
