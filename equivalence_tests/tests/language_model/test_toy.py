"""The toy of the blog: a network of 8 learns `abcd...` by heart."""

import jax
import numpy as np
import optax
import pytest
from jax import numpy as jnp

from core_rnn.language_model.batches import block, chunked
from core_rnn.language_model.choosing import Choice
from core_rnn.language_model.sampling import blocks, keys_of
from core_rnn.language_model.text import vocabulary_of
from core_rnn.language_model.training import first, steps

TEXT = 'abcd...' * 100
EPOCHS = 80


@pytest.fixture(scope='module')
def learned():
  """The losses of every epoch, and what a greedy sample goes on with."""
  from core_rnn.pure.language.char_rnn import char_rnn

  vocabulary = vocabulary_of(TEXT)
  chunks = chunked(vocabulary.encode(TEXT), 1, 50, 'text')
  model = char_rnn(len(vocabulary), (8, 8, 8), deterministic=True)
  adam = optax.adam(0.002)
  state = first(model.init, model.apply, adam, 0, 1)
  count = len(chunks.fresh)
  run = jax.jit(steps(model.apply, adam))
  state, losses = run(state, block(chunks, 0, EPOCHS * count))
  prompt = jnp.asarray(vocabulary.encode('abc'), jnp.int32)
  greedy = Choice(temperature=0.0)
  made = blocks(model, state.variables, prompt, keys_of(0, 1), greedy, 40)
  text = vocabulary.decode(np.concatenate([*made], 1)[0])
  return np.asarray(losses).reshape(EPOCHS, count).mean(1), 'abc' + text


def test_its_loss_falls_from_that_of_a_guess_to_almost_none(learned):
  losses, _ = learned
  assert abs(losses[0] - np.log(5)) < 0.15
  assert losses[-1] < 0.5


def test_a_greedy_sample_goes_on_as_the_text_does(learned):
  _, text = learned
  assert text == TEXT[: len(text)]
