"""From what a way makes of a network to a factory of models, all checked.

`<way> <model>: <argument>: expected <what>, got <what>`, as a TypeError where
a type or dtype is wrong and as a ValueError where a value or shape is. What a
way is given then is in the model's own containers, whatever the caller's were.
"""

import functools
import inspect
from collections.abc import Callable
from dataclasses import replace
from typing import ParamSpec, TypeVar, get_type_hints

from core_rnn.checks.arrays import check_divisors, check_names
from core_rnn.checks.calls import check_calls
from core_rnn.checks.hyperparameters import check_hyperparameters
from core_rnn.checks.signature import Signature, refusing
from core_rnn.model import Model
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
      check_names(refuse, kwargs, tuple(taken.parameters))
      try:
        given = taken.bind(*args, **kwargs)
      except TypeError as error:
        refuse(TypeError, 'hyperparameters', f'{taken}', f'{error}')
      given.apply_defaults()
      check_hyperparameters(refuse, kinds, given.arguments)
      n = network(*args, **kwargs)
      signature = Signature(name, n)
      check_batch_axes(signature)
      check_divisors(signature, {})
      model = carrying = build(n, make(n))
      if signature.given('return_carry') is False:
        carrying = build(n, make(replace(n, **{'return_carry': True})))
      made = check_calls(signature, model, carrying)
      made.origin = factory, given.arguments
      return made

    vars(factory).update(__signature__=taken, __doc__=network.__doc__)
    return factory

  return decorate


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
