"""Networks and models by name; nothing here imports JAX, which takes a second.

What answers at once, a list or a misspelt name, reads names from the source.
"""

import ast
import inspect
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from core_rnn.networks import FAMILIES
from equivalence_tests.suite.ways import BROUGHT, find, first_own

WORD = re.compile('(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])')


def model_of(network: str) -> str:
  """The name of the model of a network: `ConvLSTM` is that of `conv_lstm`."""
  return WORD.sub('_', network).lower()


@cache
def descriptions() -> Mapping[str, Mapping[str, Path]]:
  """Return the file of each network, by family and model, in their order."""
  packages = {family: package_of(family) for family in FAMILIES}
  return {
    family: {model: package / f'{model}.py' for model in listed(package)}
    for family, package in packages.items()
  }


def package_of(family: str) -> Path:
  """Return the folder with the networks of a family."""
  return find('pure').folder.parent / 'networks' / family


def listed(package: Path) -> tuple[str, ...]:
  """Return the models that the package of a family has in MODELS."""
  assigned = {
    ast.unparse(node.targets[0]): node.value
    for node in parsed(package / '__init__.py').body
    if isinstance(node, ast.Assign)
  }
  return tuple(ast.literal_eval(assigned['MODELS']))


@cache
def families() -> Mapping[str, Mapping[str, str]]:
  """Return what each model is, by what its family is, in their order.

  They are the first lines of docstrings: of the package of the family, and of
  the class of the network.
  """
  return {
    said(parsed(package_of(family) / '__init__.py')): {
      model: said(network_in(file)) for model, file in files.items()
    }
    for family, files in descriptions().items()
  }


def network_in(file: Path) -> ast.ClassDef:
  """Return the class of the network that a file has the name of."""
  network = network_of(file.stem, parsed(file))
  assert network is not None, file
  return network


def network_of(model: str, tree: ast.Module) -> ast.ClassDef | None:
  """Return the class of the network of a model, if the module has it."""
  classes = (node for node in tree.body if isinstance(node, ast.ClassDef))
  return next((node for node in classes if model_of(node.name) == model), None)


def models() -> Mapping[str, str]:
  """Model -> what it is, in words; those that were brought too."""
  return {n: line for of in grouped().values() for n, line in of.items()}


def grouped() -> Mapping[str, Mapping[str, str]]:
  """The families; and after them what was brought, by what brought it."""
  found: dict[str, dict[str, str]] = {}
  for model, package in BROUGHT.items():
    line = (inspect.getdoc(first_own(model)) or '').partition('\n')[0]
    found.setdefault(f'Brought by {package}.', {})[model] = line
  return {**families(), **found}


@cache
def claims() -> Mapping[str, str]:
  """Claim -> what it says, the first line of the docstring of its function."""
  tree = parsed(Path(__file__).with_name('claims.py'))
  functions = {
    node.name: said(node)
    for node in tree.body
    if isinstance(node, ast.FunctionDef)
  }
  made = (
    node.args[0].id
    for node in ast.walk(tree)
    if isinstance(node, ast.Call)
    and isinstance(node.func, ast.Name)
    and node.func.id == 'Claim'
    and isinstance(node.args[0], ast.Name)
  )
  return {name: functions[name] for name in made}


def parsed(path: Path) -> ast.Module:
  """A file of ours as Python reads it."""
  return ast.parse(path.read_text('utf-8'))


def said(node: ast.Module | ast.ClassDef | ast.FunctionDef) -> str:
  """The first line of a docstring."""
  return (ast.get_docstring(node) or '').partition('\n')[0]
