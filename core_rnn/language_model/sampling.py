"""Text from a network: characters drawn one by one, in one compiled loop.

The network reads the prompt in one application. From then on each character is
drawn from its logits, and is the input that gives the next ones. The loop makes
`BLOCK` characters a call, which are shown as they come; where a block ends
changes nothing, since all that goes on is in the State.
"""

import os
import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import jax
import numpy as np
from jax import lax
from jax import numpy as jnp
from jaxtyping import Array, Float, Int32, Key

from core_rnn.language_model.choosing import Choice, draw
from core_rnn.language_model.prompts import (
  Request,
  Vocabulary,
  check,
  encode,
  read_prompt,
)
from core_rnn.model import Model
from core_rnn.types import Variables

BLOCK = 64  # characters from one call to the next
BETWEEN = '-' * 15  # of several texts, as nanoGPT has it
CLOSED = 1  # the status where nobody reads on

Apply = Callable[..., Any]
Tokens = Int32[Array, 'time']


class State(NamedTuple):
  """All that the characters to come depend on, but for the variables.

  The carry's leaves are [1, features], the logits of the next character
  [vocab], the key []; of several texts, with a first axis samples.
  """

  carry: Any
  logits: Float[Array, '*samples vocab']
  key: Key[Array, '*samples']


def start_one(
  apply: Apply, variables: Variables, prompt: Tokens, key: Key[Array, '']
) -> tuple[Int32[Array, 'new'], State]:
  """carry, logits = apply(variables, prompt); l = the last of logits.

  Args:
    apply: that of a Model: tokens [1, time] -> carry, logits [1, time, vocab].
    variables: of the model.
    prompt: [time]; if it is empty, a character u ~ U{0, ..., vocab - 1}.
    key: shape [].

  Returns:
    u [1], or of a prompt nothing [0]; and the state after it.
  """
  new = prompt[:0]
  if not prompt.size:
    key, first = jax.random.split(key)
    new = prompt = jax.random.randint(first, (1,), 0, vocab(apply, variables))
  carry, logits = apply(variables, prompt[None])
  return new, State(carry, logits[0, -1], key)


def vocab(apply: Apply, variables: Variables) -> int:
  """How many logits there are of a character, shape []."""
  token = jax.ShapeDtypeStruct((1, 1), jnp.int32)
  return jax.eval_shape(apply, variables, token)[1].shape[-1]


@partial(jax.jit, static_argnames='apply')
def start(
  apply: Apply,
  variables: Variables,
  prompt: Tokens,
  keys: Key[Array, 'samples'],
) -> tuple[Int32[Array, 'samples new'], State]:
  """`start_one` for each of the keys [samples]; all have the prompt [time]."""
  return jax.vmap(partial(start_one, apply, variables, prompt))(keys)


@partial(jax.jit, static_argnames=('apply', 'length'))
def extend(
  apply: Apply, variables: Variables, states: State, choice: Choice, length: int
) -> tuple[State, Int32[Array, 'samples length']]:
  """x_t ~ draw(l_t), (carry_t+1, l_t+1) = apply(variables, x_t, carry_t).

  Returns:
    The states after it, and x [samples, length], each drawn by its own key.
  """

  def step(state: State, _: None) -> tuple[State, Int32[Array, '']]:
    key, now = jax.random.split(state.key)
    x = draw(now, state.logits, choice)
    carry, logits = apply(variables, x[None, None], initial_carry=state.carry)
    return State(carry, logits[0, 0], key), x

  return jax.vmap(lambda state: lax.scan(step, state, length=length))(states)


def blocks(
  model: Model,
  variables: Variables,
  prompt: Tokens,
  keys: Key[Array, 'samples'],
  choice: Choice,
  count: int,
  block: int = BLOCK,
) -> Iterator[Int32[np.ndarray, 'samples new']]:
  """count characters after the prompt, in arrays [samples, up to block].

  Row i is the text of key i alone, but for what the rounding of a batch's
  products changes.

  Raises:
    ValueError: the logits after the prompt are not finite.
  """
  new, states = start(model.apply, variables, prompt, keys)
  if not np.isfinite(np.asarray(states.logits, 'float32')).all():
    raise ValueError('logits: expected finite ones from the model, got others')

  def following(states: State) -> Iterator[Int32[np.ndarray, 'samples new']]:
    yield np.asarray(new)[:, :count]
    for made in range(new.shape[1], count, block):
      states, xs = extend(model.apply, variables, states, choice, length=block)
      yield np.asarray(xs)[:, : count - made]

  return following(states)


def sample(
  model: Model, variables: Variables, vocabulary: Vocabulary, request: Request
) -> int:
  """Writes the texts [time] that are asked for to standard output.

  Returns:
    0; 2 after one line to standard error on misuse; 1 if nobody reads on.
  """
  try:
    check(request)
    text = read_prompt(request)
    prompt = jnp.asarray(encode(vocabulary, request, text), jnp.int32)
    keys = keys_of(request.seed, request.num_samples)
    choice = choice_of(request, len(vocabulary))
    made = blocks(model, variables, prompt, keys, choice, request.num_tokens)
  except ValueError as error:
    print('char-rnn:', *str(error).split(), file=sys.stderr)
    return 2
  pieces = one_text if request.num_samples == 1 else several_texts
  try:
    for piece in pieces(text, vocabulary, made):
      print(printable(piece), end='', flush=True)
  except BrokenPipeError:  # Python would complain once more as it ends
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return CLOSED
  return 0


def keys_of(seed: int, samples: int) -> Key[Array, 'samples']:
  """k_i = fold_in(key(seed), i), [samples]: the first whatever samples is."""
  fold = partial(jax.random.fold_in, jax.random.key(seed))
  return jax.vmap(fold)(jnp.arange(samples, dtype=jnp.uint32))


def choice_of(request: Request, vocab: int) -> Choice:
  """The choice that is asked for, each []; of no more than all characters."""
  most = min(request.top_k, vocab)
  return Choice(request.temperature, most, request.top_p, request.min_p)


def one_text(
  text: str,
  vocabulary: Vocabulary,
  made: Iterator[Int32[np.ndarray, 'samples new']],
) -> Iterator[str]:
  """The text [time] and what follows it, in pieces, as they are made."""
  yield text
  for rows in made:
    yield vocabulary.decode(rows[0])
  yield '\n'


def several_texts(
  text: str,
  vocabulary: Vocabulary,
  made: Iterator[Int32[np.ndarray, 'samples new']],
) -> Iterator[str]:
  """Each of the texts [samples, time], with a line between two of them."""
  rows = np.concatenate([*made], axis=1)
  texts = [f'{text}{vocabulary.decode(row)}\n' for row in rows]
  yield f'{BETWEEN}\n'.join(texts)


def printable(text: str) -> str:
  """The text [time], with ? for what standard output has no bytes for."""
  return text.encode(sys.stdout.encoding, 'replace').decode(sys.stdout.encoding)
