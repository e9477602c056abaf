"""`equivalence compare`: whether any two models are the same."""

import ast
import importlib
import json as as_json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from equivalence_tests.suite.ways import Misuse
from equivalence_tests.terminal.judging import check_written
from equivalence_tests.terminal.options import (
  console,
  imported_from,
  least,
)

if TYPE_CHECKING:  # it imports JAX, which takes a second
  from equivalence_tests.comparing import Comparison

Several = Annotated[tuple[str, ...], Parameter(negative='')]
SHAPE = re.compile(r'(\w+)\[([\d, ]*)\]')
REFERENCE = re.compile(r'(?:(?P<name>\w+)=)?(?P<place>[^=:]+):(?P<path>[\w.]+)')


def compare(
  *models: str,
  input: Several = (),
  rename: Several = (),
  call: Several = (),
  stream: Several = (),
  claim: Several = (),
  examples: int = 5,
  seed: int = 0,
  ulp: float = 0,
  json: Path | None = None,
  html: Path | None = None,
) -> int:
  """Compare models that are anyone's with the first of them.

  Parameters
  ----------
  models
    Two or more, each as module:name or file.py:name, and in front what to call
    it: new=my_models:tower. A linen or nnx module, what hk.transform makes, a
    pair (init, apply), a Model of this project, or a function.
  input
    What they are called with, in order: a shape, as float32[3,5], or
    module:name, an array or a tree of them. Floats are drawn in these shapes,
    integers kept as they are; may be given more than once.
  rename
    MODEL:ITS/PATH=PATH/OF/THE/FIRST, with * for what differs from one to the
    next; may be given more than once. Or MODEL:module:name, a function of the
    first model's variables to its own.
  call
    NAME=VALUE, a fixed argument of every call; may be given more than once.
  stream
    A random stream that they draw from; may be given more than once.
  claim
    What has to hold: variables, init, outputs, gradients, state, program.init,
    program.apply or program.gradients; may be given more than once. All that
    can be compared, if none is named.
  examples
    How many variables and inputs are drawn.
  seed
    What they are drawn from.
  ulp
    How far apart values may be, in units in the last place of the largest
    entry of a leaf.
  json
    Write what was found to this file too.
  html
    Write it to this file too, as one page.
  """
  least('examples', examples, 1)
  check_written({'json': json, 'html': html})
  references = [reference(model) for model in models]

  from equivalence_tests.comparing import compare_models

  try:
    report = compare_models(
      {name: found(place, path) for name, place, path in references},
      *map(example, input),
      rename=renames(rename),
      call=dict(map(argument, call)),
      streams=stream,
      examples=examples,
      seed=seed,
      ulp=ulp,
    )
    holds = report.holds(*claim)
  except (TypeError, ValueError) as error:
    message = str(error).removeprefix('compare_models: ')
    raise Misuse(message.replace('assert_holds: ', '--claim: ')) from None
  written(report, json, html)
  console().print(str(report), highlight=False, markup=False, soft_wrap=True)
  return 0 if holds else 1


def reference(text: str) -> tuple[str, str, str]:
  """What a model is called, the module or file that it is in, its name there.

  Raises:
    Misuse: the text says no such thing.
  """
  match = REFERENCE.fullmatch(text)
  if not match:
    raise Misuse(f'compare: expected name=module:name, got {text!r}')
  name = match['name'] or match['path'].rpartition('.')[2]
  return name, match['place'], match['path']


def found(place: str, path: str) -> Any:
  """What is at a path in a module, or in a file.

  Raises:
    Misuse: nothing is there, or the module cannot be imported.
  """
  where = f'compare: {place}:{path}'
  module = imported_from(place, where)
  try:
    value: Any = importlib.import_module(module)
  except Exception as error:
    reason = f'{type(error).__name__}: {error}'
    raise Misuse(f'{where}: {reason}') from error
  for part in path.split('.'):
    if not hasattr(value, part):
      raise Misuse(f'{where}: expected {part} there, got none')
    value = getattr(value, part)
  return value


def example(text: str) -> Any:
  """A shape and dtype, or what is at module:name.

  Raises:
    Misuse: it is neither.
  """
  import jax
  from jax import numpy as jnp

  shape = SHAPE.fullmatch(text)
  if not shape:
    _, place, path = reference(text)
    return found(place, path)
  sizes = tuple(int(size) for size in shape[2].split(',') if size.strip())
  try:
    return jax.ShapeDtypeStruct(sizes, jnp.dtype(shape[1]))
  except TypeError:
    raise Misuse(f'--input {text}: expected a dtype, got {shape[1]}') from None


def renames(texts: Sequence[str]) -> dict[str, Any]:
  """Model -> its names, or a function that converts variables.

  Raises:
    Misuse: a text says no such thing.
  """
  names: dict[str, Any] = {}
  for text in texts:
    model, _, rest = text.partition(':')
    old, equal, new = rest.partition('=')
    if equal:
      names.setdefault(model, {})[old] = new
    elif ':' in rest:
      names[model] = found(*rest.split(':', 1))
    else:
      expected = 'MODEL:PATH=PATH or MODEL:module:name'
      raise Misuse(f'--rename: expected {expected}, got {text!r}')
  return names


def argument(text: str) -> tuple[str, Any]:
  """The name and value of a fixed argument.

  Raises:
    Misuse: it is no NAME=VALUE, or the value no literal of Python.
  """
  name, _, value = text.partition('=')
  try:
    return name, ast.literal_eval(value)
  except (SyntaxError, ValueError):
    expected = 'NAME=VALUE, a literal of Python'
    raise Misuse(f'--call: expected {expected}, got {text!r}') from None


def written(report: 'Comparison', json: Path | None, html: Path | None) -> None:
  """Writes what was found to the files that are wanted."""
  from equivalence_tests.terminal.page import of_comparison
  from equivalence_tests.terminal.report import versions

  if json is not None:
    content = {**report.as_json(), 'versions': versions()}
    json.write_text(as_json.dumps(content, indent=2) + '\n', 'utf-8')
  if html is not None:
    html.write_text(of_comparison(report), 'utf-8')
