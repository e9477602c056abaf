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
WITH = re.compile(r', (with|as (a )?functions?|as a module)\b')


def model_of(network: str) -> str:
  """The name of the model of a network: `ConvLSTM` is that of `conv_lstm`."""
  return WORD.sub('_', network).lower()


@cache
def families() -> Mapping[str, Mapping[str, str]]:
  """What a family is -> model -> what it is: in words, in the README's order.

  The classes of networks name the models, where the first way has such a file;
  the docstring of that file says what it is.
  """
  pure = find('pure').folder
  found = {}
  for family in FAMILIES:
    tree = parsed(pure.parent / 'networks' / f'{family}.py')
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    files = [pure / family / f'{model_of(c.name)}.py' for c in classes]
    lines = {f.stem: said(parsed(f)) for f in files if f.exists()}
    found[said(tree)] = {n: WITH.split(line)[0] for n, line in lines.items()}
  return found


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


def said(node: ast.Module | ast.FunctionDef) -> str:
  """The first line of a docstring."""
  return (ast.get_docstring(node) or '').partition('\n')[0]
