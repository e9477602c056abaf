"""From what a way makes of a network to a factory of models, all checked.

`<way> <model>: <argument>: expected <what>, got <what>`, as a TypeError where
a type or dtype is wrong and as a ValueError where a value or shape is. What a
way is given then is in the model's own containers, whatever the caller's were.
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
  """make -> build . make . network, every argument [...] checked on its way.

  Args:
    way: the name that messages give the way.
    build: the network, and what the way makes of it -> Model.
    network: its class.

  Returns:
    A decorator of make; the name of make is the model's. The factory has the
    signature and the docstring of the network.

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
      signature = Signature(name, n)
      check_batch_axes(signature)
      check_divisors(signature, {})
      model = carrying = build(n, make(n))
      if signature.given('return_carry') is False:
        carrying = build(n, make(replace(n, **{'return_carry': True})))
      calls = Calls(signature, model, carrying)
      made = Made(calls.init, calls.apply)
      made.origin = factory, given
      return made

    factory.__doc__ = network.__doc__
    vars(factory)['__signature__'] = taken
    return factory

  return decorate


def by_name(
  refuse: Refuse,
  taken: inspect.Signature,
  args: Sequence[Any],
  kwargs: Mapping[str, Any],
) -> dict[str, Any]:
  """The hyperparameters, of shape [], by name; defaults too.

  Raises:
    TypeError: one is missing, unknown or given twice, or is one too many.
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
  """The axes that a hyperparameter names are different ones of [...].

  Raises:
    ValueError: one does not exist, or two are one.
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
