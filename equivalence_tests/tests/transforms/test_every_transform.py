"""Every lifted transform of the Flax that is installed has its place here."""

import ast
import inspect
from pathlib import Path

import pytest
from flax.core import lift
from flax.linen import partitioning, transforms

from equivalence_tests.suite.ways import find

HERE = Path(__file__).parent
# of a module, what its transforms are made of: nothing that one would call
MACHINERY = {
  lift: {
    'id_fn',
    'pack',
    'set_from_dict',
    'tree_map_rngs',
  },
  transforms: {
    'clean_clone',
    'decorator_lift_transform',
    'decorator_lift_transform_cached',
    'get_module_scopes',
    'lift_direct_transform',
    'lift_transform',
    'lift_transform_cached',
    'module_class_lift_transform',
    'module_class_lift_transform_cached',
    'set_module_scopes',
  },
  partitioning: {
    'core_remat_static',
    'get_axis_names',
    'param_with_axes',
    'variable_with_axes',
  },
}
# of whose results a program shows nothing: names, axes, and the keys of a block
SHOWN_BY_TESTS = {
  'add_metadata_axis',
  'fork_rngs',
  'named_call',
  'remat',
  'scan_with_axes',
  'vmap_with_axes',
}
CALLED = {lift: ('scope', 'lift'), transforms: ('linen', 'nn')}


def transforms_of(module):
  """The names of the functions of a module that transform."""
  return {
    name
    for name, value in vars(module).items()
    if inspect.isfunction(value)
    and value.__module__ == module.__name__
    and not name.startswith('_')
    and name not in MACHINERY[module]
  }


def attributes(files, of):
  """The names that files take from what they call `of`: `nn.scan` is `scan`."""
  return {
    node.attr
    for file in files
    for node in ast.walk(ast.parse(file.read_text()))
    if isinstance(node, ast.Attribute)
    and isinstance(node.value, ast.Name)
    and node.value.id == of
  }


def used(module):
  """Those that a model of the way uses, by any of their names."""
  way, name = CALLED[module]
  names = attributes(find(way).folder.rglob('*.py'), name)
  same = {vars(module).get(name) for name in names}
  return {name for name in transforms_of(module) if vars(module)[name] in same}


@pytest.mark.parametrize('module', CALLED, ids=lambda m: m.__name__)
def test_a_transform_is_used_by_a_model_or_shown_by_a_test(module):
  missing = transforms_of(module) - used(module) - SHOWN_BY_TESTS
  assert not missing, f'{module.__name__}: nothing here has {missing}'


def test_what_tests_show_is_in_them():
  files = [HERE / 'test_names.py']
  modules = ('nn', 'partitioning', 'transforms')
  names = set().union(*(attributes(files, name) for name in modules))
  assert {*SHOWN_BY_TESTS} <= names
  assert transforms_of(partitioning) <= names


@pytest.mark.parametrize('module', MACHINERY, ids=lambda m: m.__name__)
def test_what_is_called_machinery_is_there(module):
  assert all(inspect.isfunction(vars(module)[n]) for n in MACHINERY[module])


def test_a_transform_that_nothing_has_is_missed(monkeypatch):
  def shard(fn):
    return fn

  shard.__module__ = lift.__name__
  monkeypatch.setattr(lift, 'shard', shard, raising=False)
  with pytest.raises(AssertionError, match='shard'):
    test_a_transform_is_used_by_a_model_or_shown_by_a_test(lift)
