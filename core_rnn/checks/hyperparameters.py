"""Checks of hyperparameters against their kinds, see `core_rnn.kinds`.

A value of the wrong type is a TypeError. A value that does not meet a condition
of its kind is a ValueError, or a TypeError where the kind accepts any type.
"""

from collections.abc import Callable, Mapping, Sequence
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin

from beartype import BeartypeConf
from beartype.door import is_bearable

from core_rnn.checks.signature import Refuse, show
from core_rnn.kinds import Condition, meaning

NUMBERS = BeartypeConf(is_pep484_tower=True)  # an int is a float, too
WORDS = {bool: 'a bool', int: 'an int', Callable: 'a function'}


def check_hyperparameters(
  refuse: Refuse, kinds: Mapping[str, Any], given: Mapping[str, Any]
) -> None:
  """Check every hyperparameter against its kind.

  Raises:
    TypeError: a value has the wrong type.
    ValueError: a value does not meet a condition of its kind.
  """
  for name, value in given.items():
    check(refuse, name, kinds[name], value)


def check(refuse: Refuse, name: str, kind: Any, value: Any) -> None:
  """Check one value, or several in a list or tuple, against a kind.

  Raises:
    TypeError: the value has the wrong type.
    ValueError: the value does not meet a condition of the kind.
  """
  kind = meaning(kind)
  options = get_args(kind)
  base, conditions = apart(kind)
  if NoneType in options:
    if value is not None:
      check(refuse, name, options[0], value)
  elif get_origin(kind) is Literal:
    if not is_bearable(value, kind):
      refuse(ValueError, name, f'one of {options}', show(value))
  elif get_origin(base) in (tuple, Sequence):
    check_several(refuse, name, kind, value)
  else:
    lies = isinstance(value, bool) and base is not bool  # it is an int, as such
    if lies or not is_bearable(value, base, conf=NUMBERS):
      refuse(TypeError, name, words(kind), show(value))
    for condition in conditions:
      if not condition.holds(value):
        error = TypeError if base is Any else ValueError
        refuse(error, name, condition.words, show(value))


def check_several(refuse: Refuse, name: str, kind: Any, value: Any) -> None:
  """Check a list or tuple: its length, and each of its values.

  Raises:
    TypeError: value is not a list or tuple, or an entry has the wrong type.
    ValueError: the number of entries is wrong, or an entry does not meet a
      condition of its kind.
  """
  base, conditions = apart(kind)
  each, *others = get_args(base)
  if not isinstance(value, list | tuple):
    refuse(TypeError, name, f'a list or tuple, of {words(each)}', show(value))
  count = 1 + len(others) if get_origin(base) is tuple else len(value)
  if len(value) != count:
    refuse(ValueError, name, f'{count} of them, each {words(each)}', value)
  for condition in conditions:
    if not condition.holds(value):
      refuse(ValueError, name, f'{condition.words}, {words(each)}', value)
  for index, one in enumerate(value):
    check(refuse, f'{name}[{index}]', each, one)


def apart(kind: Any) -> tuple[Any, list[Condition]]:
  """Return the type of a kind, and the conditions on its values."""
  kind = meaning(kind)
  if get_origin(kind) is not Annotated:
    return kind, []
  base, *conditions = get_args(kind)
  return base, conditions


def words(kind: Any) -> str:
  """Return a description of the values of a kind."""
  base, conditions = apart(kind)
  if conditions:
    return conditions[0].words
  return WORDS[get_origin(base) or base]
