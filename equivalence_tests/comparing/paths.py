"""Variables by path, and the names of one model in place of another's."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from flax import traverse_util

# of a path, what has to be equal beside the shape: nothing, its end, its number
MARKS: tuple[Callable[[str], Any], ...] = (
  lambda path: (),
  lambda path: path.split('/')[-1:],
  lambda path: path.split('/')[-2:],
  lambda path: [*re.findall(r'\d+', path), *path.split('/')[-1:]],
)


def flat(variables: Any) -> dict[str, Any]:
  """Nested dicts as one, of paths: `params/cell/kernel`."""
  return traverse_util.flatten_dict(variables, sep='/')


def nested(leaves: Mapping[str, Any]) -> Any:
  """The nested dicts of paths."""
  return traverse_util.unflatten_dict(dict(leaves), sep='/')


def renamed(
  leaves: Mapping[str, Any], names: Mapping[str, str]
) -> dict[str, Any]:
  """Paths, each that begins with a name beginning with the other instead.

  A `*` stands for what one step of a path has in its place, the same in both:
  `params/layers_*/cell` -> `params/block_*/lstm`.
  """
  return {path_of(old, names): leaf for old, leaf in leaves.items()}


def path_of(old: str, names: Mapping[str, str]) -> str:
  """The path by the first name that it begins with; or itself."""
  for name, other in names.items():
    parts = '([^/]*)'.join(map(re.escape, name.split('*')))
    found = re.match(f'{parts}(?=/|$)', old)
    if found:
      return filled(other, found.groups()) + old[found.end() :]
  return old


def filled(name: str, parts: tuple[str, ...]) -> str:
  """A name with these in place of its `*`, one after the other."""
  first, *rest = name.split('*')
  filling = zip(parts, rest, strict=True)
  return first + ''.join(part + text for part, text in filling)


def check_names(where: str, names: Mapping[str, str]) -> None:
  """Each name has as many `*` as the other, and none stands for two.

  Raises:
    ValueError: one does not.
  """
  for name, other in names.items():
    if name.count('*') != other.count('*'):
      as_many = f'expected as many * as in {name!r}'
      raise ValueError(f'{where}: {as_many}, got {other!r}')
  if len({*names.values()}) < len(names):
    different = 'expected names of different paths'
    raise ValueError(f'{where}: {different}, got {dict(names)}')


def proposed(
  expected: Mapping[str, str], got: Mapping[str, str]
) -> dict[str, str] | None:
  """The names that are left where shapes, ends or numbers leave one choice.

  Args:
    expected: path -> shape and dtype, of the first model.
    got: those of another.
  """
  missing = {path: s for path, s in expected.items() if got.get(path) != s}
  extra = {path: s for path, s in got.items() if expected.get(path) != s}
  if not missing or sorted(missing.values()) != sorted(extra.values()):
    return None
  for mark in MARKS:
    places = {(shape, *mark(path)): path for path, shape in missing.items()}
    asked = {(shape, *mark(path)): path for path, shape in extra.items()}
    if len(places) == len(missing) and places.keys() == asked.keys():
      return shortest({asked[key]: places[key] for key in places})
  return None


def shortest(names: Mapping[str, str]) -> dict[str, str]:
  """The same names, of whole parts of the tree where that says as much."""
  short: dict[str, str] = {}
  for name, other in names.items():
    one, two = name.split('/'), other.split('/')
    while len(one) > 2 and len(two) > 2 and one[-1] == two[-1]:
      one.pop(), two.pop()
    short['/'.join(one)] = '/'.join(two)
  same = all(path_of(name, short) == other for name, other in names.items())
  return short if same else dict(names)
