"""Way and model name -> factory of Models; a third party's package too.

A way is a package with one module for each model, in a folder of it or not,
and in each module a factory of the module's name that returns a `Model`. What
it does not claim, it may say in its `__init__.py`: `NOT_CLAIMED = {'errors':
'its checks are its own'}`.
"""

import difflib
import importlib
import importlib.util
import pkgutil
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # it imports JAX, which takes a second
  from core_rnn.model import Model

OWN = {'pure': 'core_rnn.pure', 'scope': 'core_rnn.scope', 'linen': 'linen_rnn'}
NEAR = 0.7  # how alike a name is that may have been meant, 1 being the same

# package and model -> the module that its factory was found in
FOUND: dict[tuple[str, str], str] = {}


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
    folder, name = self.folder, f'{model}.py'
    files = [*folder.glob(name), *sorted(folder.glob(f'*/{name}'))]
    parts = [file.relative_to(folder).with_suffix('').parts for file in files]
    names = ['.'.join((self.package, *part)) for part in parts]
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
    loaded = sys.modules.get(FOUND.get((self.package, model), ''))
    if loaded is not None:  # a claim asks a hundred times
      return vars(loaded)[model]
    module = self.module(model)
    if module is None:
      return None
    try:
      factory = getattr(importlib.import_module(module), model, None)
    except Exception as error:
      reason = f'{type(error).__name__}: {error}'
      raise Misuse(f'way {self.name}: module {module}: {reason}') from error
    if not callable(factory):
      raise Misuse(f'way {self.name}: no function {model!r} in module {module}')
    FOUND[self.package, model] = module
    return factory

  def source(self, model: str) -> str:
    """The text of the model's file.

    Raises:
      Misuse: the way lacks the model, or its file is no text.
    """
    module = self.module(model)
    if module is None:
      raise Misuse(f'way {self.name}: no model {model!r}')
    *folders, _ = module.removeprefix(f'{self.package}.').split('.')
    return read_text(self.folder.joinpath(*folders, f'{model}.py'))

  @property
  def folder(self) -> Path:
    """Where the package's files are."""
    spec = importlib.util.find_spec(self.package)
    assert spec is not None
    assert spec.submodule_search_locations is not None
    return Path(next(iter(spec.submodule_search_locations))).resolve()

  @property
  def root(self) -> str:
    """The folder to import the package from."""
    return str(self.folder.parents[self.package.count('.')])

  @property
  def declared(self) -> Mapping[str, str]:
    """Claim, or 'model.claim' -> why the package does not claim it."""
    module = importlib.import_module(self.package)
    return getattr(module, 'NOT_CLAIMED', {})

  def why_not(self, claim: str, model: str) -> str | None:
    """The reason why the way does not claim this of its model, if it gives one.

    What it does not claim of any model is said by the claim's name alone.
    """
    return self.declared.get(f'{model}.{claim}', self.declared.get(claim))

  def check_declared(
    self, claims: Iterable[str], models: Iterable[str]
  ) -> None:
    """What the package does not claim exists, and has a reason.

    Raises:
      Misuse: it does not, or has none.
    """
    where = f'way {self.name}: NOT_CLAIMED'
    if not isinstance(self.declared, Mapping):
      got = type(self.declared).__name__
      raise Misuse(f'{where}: expected claim -> reason, got {got}')
    for key, reason in self.declared.items():
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
  try:
    found = importlib.util.find_spec(package)
  except (ImportError, ValueError):
    found = None
  if found is None or found.submodule_search_locations is None:
    packages = [m.name for m in pkgutil.iter_modules() if m.ispkg]
    raise Misuse(unknown('way', package, [*OWN, *packages]))
  return Way(package, package)


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
