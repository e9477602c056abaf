"""The names of a new model, in place of the names in the templates."""

import keyword
import re
from collections.abc import Collection
from typing import NamedTuple

from equivalence_tests.suite.naming import model_of
from equivalence_tests.suite.ways import Misuse

TEMPLATES = 'equivalence_tests.templates'
MODEL, TRANSFORM = 'my_rnn', 'times_over'  # as they are called there
SHAPE = re.compile(r'[a-z][a-z0-9]+(_[a-z0-9]{2,})*')


class Names(NamedTuple):
  """The names of a new model.

  Attributes:
    model: the name of its module: `leaky_gru`.
    transform: the name of its transform, if that is new too.
  """

  model: str
  transform: str | None = None

  @property
  def template(self) -> str:
    """Return the template to begin with: a folder of `templates`."""
    return 'transform' if self.transform else 'model'

  @property
  def package(self) -> str:
    """Return the package of the template."""
    return f'{TEMPLATES}.{self.template}'

  def check(self, taken: Collection[str]) -> None:
    """Check that the names are names of modules, and not taken.

    Raises:
      Misuse: a name is not valid, or taken.
    """
    given = {'NAME': self.model, '--transform': self.transform}
    for argument, name in given.items():
      if name is None:
        continue
      if keyword.iskeyword(name) or not SHAPE.fullmatch(name):
        shape = 'small letters, words of two or more joined by _'
        raise Misuse(f'new: {argument}: expected {shape}, got {name!r}')
    if model_of(camel(self.model)) != self.model:
      expected = 'a name that a class can have too'
      raise Misuse(f'new: NAME: expected {expected}, got {self.model!r}')
    if self.model in taken or self.model == self.transform:
      expected = 'a name that no model has'
      raise Misuse(f'new: NAME: expected {expected}, got {self.model!r}')

  def put(self, text: str) -> str:
    """Return the text of a template with these names in it."""
    words = {
      MODEL: self.model,
      camel(MODEL): camel(self.model),
      MODEL.upper(): self.model.upper(),
      TRANSFORM: self.transform or TRANSFORM,
    }
    for word, name in words.items():
      text = text.replace(word, name)
    return text


def camel(name: str) -> str:
  """Return the name of the class: `LeakyGru` for `leaky_gru`."""
  return ''.join(word.capitalize() for word in name.split('_'))
