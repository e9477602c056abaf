"""A network that reads tokens: a case of one's own, its ways, in one file."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
from flax import core
from flax import linen as nn
from flax.core import lift
from flax.core.scope import in_filter
from jax import lax
from jax import numpy as jnp

from core_rnn.keys import derive
from core_rnn.kinds import Activation, Size
from core_rnn.model import Model
from core_rnn.networks.network import Network
from equivalence_tests.suite.cases import of_network

NOT_CLAIMED = {'errors': 'what is wrong is left to JAX to refuse'}
normal = jax.random.normal


def softsign(x):
  """x / (1 + |x|), of any shape."""
  return x / (1 + jnp.abs(x))


@dataclass(frozen=True)
class Reader(Network):
  """h_t = f(h_{t-1} + E[token_t]), of which half is kept while training.

  tokens [time] of integers -> h_time [features], every h_t [time, features].
  """

  arguments = {'tokens': 'time'}
  integers = {'tokens': 'words'}

  words: Size
  features: Size
  activation: Activation = jnp.tanh

  def step(self, table, training, h, token):
    """One token more, of a table [words, features]."""
    h = self.activation(h + table[token])
    return (h / 2 if training else h), h


def of_step(make: Callable[[Reader], Model]) -> Callable[..., Model]:
  """A factory that takes what a Reader takes."""

  def factory(
    words: Size, features: Size, activation: Activation = jnp.tanh
  ) -> Model:
    return make(Reader(words, features, activation))

  factory.__doc__ = Reader.__doc__
  return factory


@of_step
def pure_reader(n: Reader) -> Model:
  def init(rngs, tokens, training):
    key = derive(rngs['params'], 1)
    return {'params': {'table': normal(key, (n.words, n.features))}}

  def apply(variables, tokens, *, training, rngs=None, mutable=False):
    step = partial(n.step, variables['params']['table'], training)
    ys = lax.scan(step, jnp.zeros(n.features), tokens)
    if mutable is False:
      return ys
    return ys, {c: v for c, v in variables.items() if in_filter(mutable, c)}

  return Model(init, apply)


@of_step
def scope_reader(n: Reader) -> Model:
  def network(scope, tokens, training):
    def step(scope, h, token):
      table = scope.param('table', normal, (n.words, n.features))
      return n.step(table, training, h, token)

    scan = lift.scan(
      step, variable_broadcast='params', split_rngs={'params': False}
    )
    return scan(scope, jnp.zeros(n.features), tokens)

  def apply(variables, *tokens, mutable=False, **options):
    return core.apply(network, mutable)(variables, *tokens, **options)

  return Model(lambda *xs, **how: core.init(network)(*xs, **how)[1], apply)


class Step(nn.Module):
  """One step, as a module."""

  n: Reader
  training: bool

  @nn.compact
  def __call__(self, h: Any, token: Any):
    """h [features], token [] -> h, h [features]."""
    table = self.param('table', normal, (self.n.words, self.n.features))
    return self.n.step(table, self.training, h, token)


class Reads(nn.Module):
  """Every step, from zeros."""

  n: Reader

  def __call__(self, tokens: Any, training: bool):
    """Tokens [time] -> h_time [features], every h_t [time, features]."""
    share = {'variable_broadcast': 'params', 'split_rngs': {'params': False}}
    scan = nn.scan(Step, **share)(self.n, training, parent=self.scope)
    return scan(jnp.zeros(self.n.features), tokens)


@of_step
def linen_reader(n: Reader) -> Model:
  return Model(Reads(n).init, Reads(n).apply)


CASES = (
  of_network(
    Reader,
    sizes={'time': (1, 4)},
    choices={'activation': (jnp.tanh, softsign)},
    call={'training': True},
  ),
)
