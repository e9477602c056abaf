"""Way and model name -> factory of Models; a third party's package too.

A way is a package with one module for each model, in a folder of it or not,
and in each module a factory of the module's name that returns a `Model`. What
it does not claim, it may say in its `__init__.py`: `NOT_CLAIMED = {'errors':
'its checks are its own'}`. So it may of a hyperparameter whose values it has
not all: `ONLY = {'rnn.cell': ('lstm', 'gru')}`.

A package that brings cases brings what our ways make of them: packages `pure`,
`scope` and `linen` in it. Or it is a single file, with `pure_gru`, `scope_gru`
and `linen_gru`.
"""

import difflib
import importlib
import importlib.util
import inspect
import pkgutil
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:  # it imports JAX, which takes a second
  from core_rnn.model import Model

OWN = {'pure': 'core_rnn.pure', 'scope': 'core_rnn.scope', 'linen': 'linen_rnn'}
GROUP = 'equivalence.cases'  # of the entry points that bring cases
NEAR = 0.7  # how alike a name is that may have been meant, 1 being the same

# package and model -> the module that its factory was found in, its name there
FOUND: dict[tuple[str, str], tuple[str, str]] = {}
# model -> the package or module that brought its case, where that is not ours
BROUGHT: dict[str, str] = {}


class Misuse(Exception):
  """What the caller asked for does not exist; the message says what does."""


class Way(NamedTuple):
  """A way's name in messages, and the package that holds its models."""

  name: str
  package: str

  def module(self, model: str) -> str | None:
    """The module of the model, or None where the way lacks it.

    Raises:
      Misuse: there are several.
    """
    if self.is_of_a_file(model):
      has = hasattr(importlib.import_module(BROUGHT[model]), self.named(model))
      return BROUGHT[model] if has else None
    package, name = self.package_of(model), f'{model}.py'
    folder = folder_of(package)
    if folder is None:
      return None
    files = [*folder.glob(name), *sorted(folder.glob(f'*/{name}'))]
    parts = [file.relative_to(folder).with_suffix('').parts for file in files]
    names = ['.'.join((package, *part)) for part in parts]
    if len(names) > 1:
      several = ' and '.join(names)
      raise Misuse(f'way {self.name}: expected one {model}, got {several}')
    return names[0] if names else None

  def factory(self, model: str) -> 'Callable[..., Model] | None':
    """The factory of the model, or None where the way lacks it.

    Raises:
      Misuse: the module is there, and cannot be imported, or has no function
        of its own name.
    """
    place = self.package_of(model), model
    module, name = FOUND.get(place, ('', ''))
    if module in sys.modules:  # a claim asks a hundred times
      return vars(sys.modules[module])[name]
    found, name = self.module(model), self.named(model)
    if found is None:
      return None
    try:
      factory = getattr(importlib.import_module(found), name, None)
    except Exception as error:
      reason = f'{type(error).__name__}: {error}'
      raise Misuse(f'way {self.name}: module {found}: {reason}') from error
    if not callable(factory):
      raise Misuse(f'way {self.name}: no function {name!r} in module {found}')
    FOUND[place] = found, name
    return factory

  def brought(self, model: str) -> str | None:
    """What brought the model, if this is a way of ours and something did."""
    return BROUGHT.get(model) if self.name in OWN else None

  def named(self, model: str) -> str:
    """The name of the factory of a model."""
    return f'{self.name}_{model}' if self.is_of_a_file(model) else model

  def is_of_a_file(self, model: str) -> bool:
    """Whether this is a way of ours, and one file brought the model."""
    brought = self.brought(model)
    return brought is not None and folder_of(brought) is None

  def package_of(self, model: str) -> str:
    """The package to look for a model in: ours, or the one that brought it."""
    brought = self.brought(model)
    return f'{brought}.{self.name}' if brought else self.package

  def source(self, model: str) -> str:
    """The text of the model's file.

    Raises:
      Misuse: the way lacks the model, or its file is no text.
    """
    module = self.module(model)
    if module is None:
      raise Misuse(f'way {self.name}: no model {model!r}')
    spec = importlib.util.find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    return read_text(Path(spec.origin))

  @property
  def folder(self) -> Path:
    """Where the package's files are."""
    folder = folder_of(self.package)
    assert folder is not None
    return folder

  def why_not(self, claim: str, model: str) -> str | None:
    """The reason why the way does not claim this of its model, if it gives one.

    What it does not claim of any model is said by the claim's name alone.
    """
    said = self.declared(model)
    return said.get(f'{model}.{claim}', said.get(claim))

  def declared(self, model: str) -> Mapping[str, str]:
    """What is not claimed of a model, and why.

    Of one that was brought, whatever brought it says so for our ways.
    """
    return declared(self.brought(model) or self.package)

  def only(self, model: str) -> dict[str, Any]:
    """Hyperparameter -> its values, where the way has not all of a model."""
    said = {} if self.name in OWN else only(self.package)
    parts = ((key.partition('.'), values) for key, values in said.items())
    return {name: values for (of, _, name), values in parts if of == model}

  def has(self, model: str, hyperparameters: Mapping[str, Any]) -> bool:
    """Whether the way has the model with these; a default is in what it has."""
    return all(
      name not in hyperparameters or hyperparameters[name] in values
      for name, values in self.only(model).items()
    )


def check_mapping(where: str, said: Any, expected: str) -> None:
  """What a package declares is a mapping.

  Raises:
    Misuse: it is something else.
  """
  if not isinstance(said, Mapping):
    got = type(said).__name__
    raise Misuse(f'{where}: expected {expected}, got {got}')


def check_only(way: Way, models: Iterable[str]) -> None:
  """What a way says that it has alone is of a hyperparameter of a model.

  Raises:
    Misuse: it is of none, or there is nothing that it has.
  """
  where = f'way {way.name}: ONLY'
  said = only(way.package)
  check_mapping(where, said, 'hyperparameter -> values')
  for key, values in said.items():
    model, _, name = str(key).partition('.')
    if model not in models:
      raise Misuse(f'{where}: {unknown("model", model, models)}')
    names = inspect.signature(first_own(model)).parameters
    if name not in names:
      raise Misuse(f'{where}: {unknown("hyperparameter", name, names)}')
    if not isinstance(values, list | tuple) or not values:
      raise Misuse(
        f'{where}: {key}: expected a tuple of values, got {values!r}'
      )


def folder_of(package: str) -> Path | None:
  """Where the files of a package are; None where it is none, or not there."""
  try:
    spec = importlib.util.find_spec(package)
  except (ImportError, ValueError):
    return None
  if spec is None or spec.submodule_search_locations is None:
    return None
  return Path(next(iter(spec.submodule_search_locations))).resolve()


def root(module: str) -> str:
  """The folder to import a package, or a module, from."""
  spec = importlib.util.find_spec(module)
  assert spec is not None
  folder = folder_of(module) or Path(str(spec.origin)).resolve()
  return str(folder.parents[module.count('.')])


def declared(package: str) -> Mapping[str, str]:
  """Claim, or 'model.claim' -> why a package does not claim it."""
  return getattr(importlib.import_module(package), 'NOT_CLAIMED', {})


def only(package: str) -> Mapping[str, Any]:
  """'model.hyperparameter' -> the values of it that a package has."""
  return getattr(importlib.import_module(package), 'ONLY', {})


def check_declared(
  who: str, said: Any, claims: Iterable[str], models: Iterable[str]
) -> None:
  """What a package does not claim exists, and has a reason.

  Raises:
    Misuse: it does not, or has none.
  """
  where = f'{who}: NOT_CLAIMED'
  check_mapping(where, said, 'claim -> reason')
  for key, reason in said.items():
    model, _, claim = str(key).rpartition('.')
    if claim not in claims:
      raise Misuse(f'{where}: {unknown("claim", claim, claims)}')
    if model and model not in models:
      raise Misuse(f'{where}: {unknown("model", model, models)}')
    if not isinstance(reason, str) or not reason.strip():
      raise Misuse(f'{where}: {key}: expected a reason, got {reason!r}')


def find(package: str) -> Way:
  """The way of this name or package.

  Raises:
    Misuse: nothing of this name can be imported; close ones are suggested.
  """
  for name, own in OWN.items():
    if package in (name, own):
      return Way(name, own)
  if folder_of(package) is None:
    packages = [m.name for m in pkgutil.iter_modules() if m.ispkg]
    raise Misuse(unknown('way', package, [*OWN, *packages]))
  return Way(package, package)


def first_own(model: str) -> 'Callable[..., Model]':
  """The factory of a model in the first of our ways that has it."""
  factories = (find(way).factory(model) for way in OWN)
  return next(factory for factory in factories if factory is not None)


def having(ways: Iterable[Way], model: str) -> list[Way]:
  """The ways that have the model."""
  return [way for way in ways if way.factory(model) is not None]


def unknown(kind: str, name: str, known: Iterable[str]) -> str:
  """One line: what kind of thing is unknown, and the known ones close to it."""
  close = difflib.get_close_matches(name, list(known), n=3, cutoff=NEAR)
  hint = f'; did you mean {" or ".join(close)}?' if close else ''
  return f'unknown {kind} {name!r}{hint}'


def read_text(path: Path) -> str:
  """The text of a file in UTF-8.

  Raises:
    Misuse: it cannot be read, or is no text.
  """
  try:
    return path.read_text(encoding='utf-8')
  except UnicodeDecodeError as error:
    raise Misuse(f'{path}: expected UTF-8 text, got {error.reason}') from None
  except OSError as error:
    raise Misuse(f'{path}: {error.strerror}') from None
