"""Descriptions of networks, read from their files, without importing JAX."""

import ast
import inspect
import io
import sys
import tokenize
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from equivalence_tests.suite import naming
from equivalence_tests.suite.ways import (
  BROUGHT,
  first_own,
  folder_of,
  read_text,
)


class Hyperparameter(NamedTuple):
  """A hyperparameter, in words."""

  name: str
  kind: str = ''
  default: str = ''
  comment: str = ''


BY_NAME = Hyperparameter('*')  # as in a signature: keyword-only from here on


class Description(NamedTuple):
  """The module of a network, its docstring, and its hyperparameters."""

  module: str
  words: str
  hyperparameters: tuple[Hyperparameter, ...]


def description(model: str) -> Description:
  """Return the description of the network of a model."""
  if model in BROUGHT:
    return of_brought(model)
  file = next(f[model] for f in naming.descriptions().values() if model in f)
  module = f'core_rnn.networks.{file.parent.name}.{model}'
  return described(module, naming.network_in(file), read_text(file))


def described(module: str, network: ast.ClassDef, text: str) -> Description:
  """Return the description that a class is, in a file of this text."""
  fields = tuple(hyperparameters(network, text))
  return Description(module, ast.get_docstring(network) or '', fields)


def of_brought(model: str) -> Description:
  """Return the description of a model that a package or a file brings.

  The class of the network is optional there; the factory has a signature.
  """
  factory = first_own(model)
  found = Description(BROUGHT[model], inspect.getdoc(factory) or '', ())
  for module, path in modules_of(BROUGHT[model]):
    text = read_text(path)
    network = naming.network_of(model, ast.parse(text))
    if network is not None:
      found = described(module, network, text)
  said = {field.name: field for field in found.hyperparameters}
  return found._replace(hyperparameters=tuple(taken(factory, said)))


def taken(
  factory: object, said: Mapping[str, Hyperparameter]
) -> Iterator[Hyperparameter]:
  """Yield what a factory takes: as a class says it, or as its signature."""
  assert callable(factory)
  parameters = inspect.signature(factory).parameters.values()
  by_name = [p.name for p in parameters if p.kind is p.KEYWORD_ONLY]
  for parameter in parameters:
    if parameter.name in by_name[:1]:
      yield BY_NAME
    name, kind = parameter.name, inspect.formatannotation(parameter.annotation)
    value = parameter.default
    default = getattr(value, '__name__', repr(value))
    is_required = value is parameter.empty
    yield said.get(name) or Hyperparameter(
      name, kind, 'required' if is_required else default
    )


def modules_of(place: str) -> Iterator[tuple[str, Path]]:
  """Yield the modules of a package and their files, or a single file."""
  folder = folder_of(place)
  if folder is None:
    yield place, Path(str(sys.modules[place].__file__))
    return
  for path in sorted(folder.glob('*.py')):
    yield f'{place}.{path.stem}', path


def hyperparameters(
  network: ast.ClassDef, text: str
) -> Iterator[Hyperparameter]:
  """Yield the fields of a class in a file of this text, with their comments."""
  comments = comments_of(text)
  for node in network.body:
    if not isinstance(node, ast.AnnAssign):
      continue
    name, kind = ast.unparse(node.target), ast.unparse(node.annotation)
    if kind.endswith('KW_ONLY'):
      yield BY_NAME
    elif not kind.startswith('ClassVar'):
      value = node.value and ast.get_source_segment(text, node.value)
      rows = range(node.lineno, (node.end_lineno or node.lineno) + 1)
      comment = ' '.join(comments[row] for row in rows if row in comments)
      yield Hyperparameter(name, kind, value or 'required', comment)


def comments_of(text: str) -> dict[int, str]:
  """Return the comments of a text, by the number of the line, from 1."""
  tokens = tokenize.generate_tokens(io.StringIO(text).readline)
  return {
    token.start[0]: token.string.lstrip('# ')
    for token in tokens
    if token.type == tokenize.COMMENT
  }
