"""The book of the blog: three layers of 128, 10,000 characters an epoch.

`uv run python notes/benchmarks/char_rnn_book.py` writes what the chapter shows,
`char_rnn_book.json`: the loss of every epoch, and what the network then writes.
"""

import json
from pathlib import Path

import jax
import numpy as np
import optax
from jax import numpy as jnp

from core_rnn.language_model.batches import block, chunked
from core_rnn.language_model.choosing import Choice
from core_rnn.language_model.sampling import blocks, keys_of
from core_rnn.language_model.text import read, vocabulary_of
from core_rnn.language_model.training import first, steps
from core_rnn.pure.language.char_rnn import char_rnn

EPOCHS, EPOCH, TIME = 150, 10_000, 256
SHOWN = (0, 5, 25, 50, 100, 149)
CHOICES = {
  'greedy': Choice(temperature=0.0),
  'temperature 0.8': Choice(temperature=0.8),
}


def main() -> None:
  """Trains, and writes what came of it."""
  text = read(None)[:EPOCH]
  vocabulary = vocabulary_of(text)
  chunks = chunked(vocabulary.encode(text), 1, TIME, 'text')
  model = char_rnn(len(vocabulary), (128,) * 3, deterministic=True)
  adam = optax.adamw(0.002, weight_decay=1e-7)
  train = jax.jit(steps(model.apply, adam), donate_argnums=0)
  state = first(model.init, model.apply, adam, 0, 1)
  losses = []
  for _ in range(EPOCHS):
    state, nats = train(state, block(chunks, 0, len(chunks.fresh)))
    losses.append(round(float(nats.mean()), 4))
  samples = {}
  for name, choice in CHOICES.items():
    prompt = jnp.asarray(vocabulary.encode('The '), jnp.int32)
    made = blocks(model, state.variables, prompt, keys_of(0, 1), choice, 400)
    samples[name] = 'The ' + vocabulary.decode(np.concatenate([*made], 1)[0])
  found = {'characters': EPOCH, 'losses': losses, 'samples': samples}
  Path(__file__).with_suffix('.json').write_text(json.dumps(found, indent=1))
  for epoch in SHOWN:
    print(f'epoch {epoch:3}: loss {losses[epoch]:.3f}')


if __name__ == '__main__':
  main()
