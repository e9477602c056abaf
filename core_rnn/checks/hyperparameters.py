"""What a hyperparameter must be: of a type, and more, as its annotation says.

A value of another type is a TypeError, one that does not meet a condition of
its type a ValueError; where any type would do, a TypeError too.
"""

from collections.abc import Callable, Mapping, Sequence
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin

from beartype import BeartypeConf
from beartype.door import is_bearable

from core_rnn.checks.signature import Refuse, show
from core_rnn.networks.kinds import Condition

NUMBERS = BeartypeConf(is_pep484_tower=True)  # an int is a float, too
WORDS = {bool: 'a bool', int: 'an int', Callable: 'a function'}


def check_hyperparameters(
  refuse: Refuse, kinds: Mapping[str, Any], given: Mapping[str, Any]
) -> None:
  """Each hyperparameter, of shape [] if it has one, is what it must be.

  Raises:
    TypeError: a value of another type.
    ValueError: a value that its type has, and its kind has not.
  """
  for name, value in given.items():
    check(refuse, name, kinds[name], value)


def check(refuse: Refuse, name: str, kind: Any, value: Any) -> None:
  """value, of shape [] or several of them, is of a kind.

  Raises:
    TypeError: it is of another type.
    ValueError: it is of the type, and not of the kind.
  """
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
  """value is a list or tuple, of as many as the kind says: each of shape [].

  Raises:
    TypeError: it is not, or one of them is of another type.
    ValueError: there are more or fewer, or one is not of its kind.
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
  """The type of a kind, and the conditions on its values, of shape []."""
  if get_origin(kind) is not Annotated:
    return kind, []
  base, *conditions = get_args(kind)
  return base, conditions


def words(kind: Any) -> str:
  """What a value of a kind is, of shape []."""
  base, conditions = apart(kind)
  if conditions:
    return conditions[0].words
  return WORDS[get_origin(base) or base]
