"""The decorator that turns a way's functions into a factory of checked models.

An error message reads `<way> <model>: <argument>: expected <what>, got <what>`.
A wrong type or dtype is a TypeError; a wrong value or shape is a ValueError.
The way receives all trees in the model's own containers.
"""

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ParamSpec, TypeVar, get_type_hints

from core_rnn.checks.arrays import check_divisors, check_names
from core_rnn.checks.calls import Calls
from core_rnn.checks.hyperparameters import check_hyperparameters
from core_rnn.checks.signature import Refuse, Signature, refusing
from core_rnn.model import Made, Model
from core_rnn.networks.network import Network

P = ParamSpec('P')
N = TypeVar('N', bound=Network)
T = TypeVar('T')


def checked(
  way: str, build: Callable[[N, T], Model], network: Callable[P, N]
) -> Callable[[Callable[[N], T]], Callable[P, Model]]:
  """Return a decorator that makes a factory of checked models.

  Args:
    way: the name of the way in messages.
    build: network, result of the decorated function -> Model.
    network: the class of the network.

  Returns:
    A decorator of a function of the network. The name of the function is the
    name of the model. The factory has the signature and the docstring of the
    network.

  Raises:
    TypeError: by the factory, `init` and `apply`: a wrong type, dtype or name.
    ValueError: likewise: a wrong value, rank, shape, name or tree.
  """
  kinds = get_type_hints(network, include_extras=True)
  taken = inspect.signature(network).replace(return_annotation=Model)

  def decorate(make: Callable[[N], T]) -> Callable[P, Model]:
    name = f'{way} {make.__name__}'
    refuse = refusing(name)

    @functools.wraps(make)
    def factory(*args: P.args, **kwargs: P.kwargs) -> Model:
      given = by_name(refuse, taken, args, kwargs)
      check_hyperparameters(refuse, kinds, given)
      n = network(*args, **kwargs)
      calls = checked_calls(name, n, lambda n: build(n, make(n)))
      made = Made(calls.init, calls.apply)
      made.origin = factory, given
      return made

    factory.__doc__ = network.__doc__
    vars(factory)['__signature__'] = taken
    return factory

  return decorate


def checked_calls(name: str, n: N, build: Callable[[N], Model]) -> Calls:
  """Return the calls of the model that build makes of a network.

  Raises:
    ValueError: hyperparameters of the network contradict each other.
  """
  signature = Signature(name, n)
  check_batch_axes(signature)
  check_divisors(signature, {})
  model = carrying = build(n)
  if signature.given('return_carry') is False:
    carrying = build(replace(n, **{'return_carry': True}))
  return Calls(signature, model, carrying)


def by_name(
  refuse: Refuse,
  taken: inspect.Signature,
  args: Sequence[Any],
  kwargs: Mapping[str, Any],
) -> dict[str, Any]:
  """Return all hyperparameters by name, with the defaults.

  Raises:
    TypeError: a hyperparameter is missing, unknown or given twice, or there are
      too many positional values.
  """
  parameters = taken.parameters
  check_names(refuse, kwargs, tuple(parameters))
  places = [p.name for p in parameters.values() if p.kind != p.KEYWORD_ONLY]
  if len(args) > len(places):
    expected = f'{" and ".join(places) or "nothing"} by position'
    refuse(TypeError, 'hyperparameters', expected, f'{len(args)} values')
  placed = dict(zip(places, args, strict=False))
  for name, parameter in parameters.items():
    if name in placed and name in kwargs:
      refuse(TypeError, name, 'one value', 'two')
    if parameter.default is parameter.empty and name not in {
      **placed,
      **kwargs,
    }:
      refuse(TypeError, name, 'a value, as it has no default', 'none')
  given = taken.bind(*args, **kwargs)
  given.apply_defaults()
  return given.arguments


def check_batch_axes(signature: Signature) -> None:
  """Check that the axes that a hyperparameter lists exist and are distinct.

  Raises:
    ValueError: an axis does not exist, or two entries are the same axis.
  """
  for axes in signature.network.arguments.values():
    first, *rest = axes.split()
    if first.startswith('*'):
      positions = signature.given(first[1:])
      rank = len(positions) + len(rest)
      places = {axis % rank for axis in positions}
      outside = [axis for axis in positions if not -rank <= axis < rank]
      if outside or len(places) < len(positions):
        expected = f'different axes of the {rank} in [{axes}]'
        signature.refuse(ValueError, first[1:], expected, positions)
