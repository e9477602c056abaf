"""Where a way has its `char_rnn`: it is looked up, and imported by nobody."""

import importlib
from collections.abc import Callable

from core_rnn.language_model.misuse import Misuse
from core_rnn.model import Model

OWN = {'pure': 'core_rnn.pure', 'scope': 'core_rnn.scope', 'linen': 'linen_rnn'}


def factory(way: str) -> Callable[..., Model]:
  """way -> its function of hyperparameters to a Model of tokens [batch, time].

  Args:
    way: pure, scope, linen, or a package that has `language.char_rnn`.

  Raises:
    Misuse: there is no such package, or it has no `char_rnn`.
  """
  module = f'{OWN.get(way, way)}.language.char_rnn'
  try:
    return importlib.import_module(module).char_rnn
  except (ImportError, AttributeError, ValueError) as error:
    expected = f'{", ".join(OWN)} or a package with language.char_rnn'
    raise Misuse(f'--way: expected {expected}, got {way!r}: {error}') from None
