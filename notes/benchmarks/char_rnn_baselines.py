"""What a character RNN is to be held against: xz, and n-grams by Kneser-Ney.

    uv run python notes/benchmarks/char_rnn_baselines.py tinyshakespeare.txt

The first 1,003,854 characters are to learn from, the other 111,540 are held
out, as nanoGPT splits them. xz packs the held-out text alone, and as what comes
on top of the training text. An n-gram model predicts each held-out character
from the n - 1 before it, which begin in the training text; its one discount is
chosen on the last tenth of the training text, learning from the rest.
"""

import argparse
import lzma
import math
from functools import partial
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

TRAINING, CHARACTERS = 1_003_854, 1_115_394
ORDERS = range(1, 9)
DISCOUNTS = np.arange(1, 31) / 20
CHOOSING = 0.1  # of the training text


def grams(tokens, order, vocab):
  """The number, base vocab, of the last `order` tokens, from the first full."""
  found = np.zeros(max(len(tokens) - order + 1, 0), np.int64)
  for place in range(order):
    found = found * vocab + tokens[place : place + len(found)]
  return found


def looked_up(numbers, known, values):
  """The value of each number, known being in order; of one not known, 0."""
  places = np.searchsorted(known, numbers).clip(max=len(known) - 1)
  return np.where(known[places] == numbers, values[places], 0)


def learned(tokens, order, vocab):
  """For k = 1, ..., order: the k-grams that there are, in order, and c of each.

  At the highest order c is how often the text has a k-gram, and below it how
  many characters it has been seen after: what Kneser and Ney count.
  """
  levels = []
  for k in range(1, order):
    longer = np.unique(grams(tokens, k + 1, vocab))
    levels.append(np.unique(longer % vocab**k, return_counts=True))
  whole = grams(tokens, order, vocab)
  return [*levels, np.unique(whole, return_counts=True)]


def probabilities(levels, vocab, discount, contexts, tokens):
  """P_k(x | h) = (max(c_hx - D, 0) + P_k-1(x | h') sum_y min(c_hy, D)) / c_h.

  c_h = sum_y c_hy, P_0 = 1 / vocab; h' is h without its first character. Where
  h is unknown P_k is P_k-1: so every P_k adds up to 1 over the vocabulary. For
  D <= 1 the sum is D times how many kinds of y there are, as is usual.

  Args:
    levels: as `learned` returns them.
    vocab: how many characters there are.
    discount: D >= 0; above 1 what came once counts as if it never had.
    contexts: [n], what `grams` makes of the order - 1 characters before.
    tokens: [n], the characters x.

  Source: Chen and Goodman (1999), An Empirical Study of Smoothing Techniques
    for Language Modeling, interpolated Kneser-Ney.
  """
  p = np.full(len(tokens), 1 / vocab)
  for k, (known, c) in enumerate(levels):
    known_h, starts = np.unique(known // vocab, return_index=True)
    c_h = np.add.reduceat(c, starts)
    taken = np.add.reduceat(np.minimum(c, discount), starts)
    h = contexts % vocab**k
    total = looked_up(h, known_h, c_h)
    kept = looked_up(h * vocab + tokens, known, np.maximum(c - discount, 0))
    mixed = kept + looked_up(h, known_h, taken) * p
    p = np.where(total > 0, mixed / np.maximum(total, 1), p)
  return p


def nats(training, held_out, order, vocab, levels, discount):
  """-mean log P of the held-out text that follows on the training text."""
  joined = np.concatenate([training[len(training) - order + 1 :], held_out])
  contexts = grams(joined[:-1], order - 1, vocab)
  p = probabilities(levels, vocab, discount, contexts, held_out)
  return -np.log(p).mean()


def judged(training, held_out, order, vocab):
  """The chosen discount, and with it the nats of a held-out character."""
  first, last = np.split(training, [int(len(training) * (1 - CHOOSING))])
  cost = partial(nats, first, last, order, vocab, learned(first, order, vocab))
  discount = min(DISCOUNTS, key=cost)
  levels = learned(training, order, vocab)
  return discount, nats(training, held_out, order, vocab, levels, discount)


def packed(text):
  """The bits of a text after `xz -9e`."""
  data = text.encode()
  return 8 * len(lzma.compress(data, preset=9 | lzma.PRESET_EXTREME))


def rows(text):
  """What is measured, its discount, and the bits of a held-out character."""
  training, held_out = text[:TRAINING], text[TRAINING:]
  n = len(held_out)
  yield 'xz, alone', '', packed(held_out) / n
  yield 'xz, on top of training', '', (packed(text) - packed(training)) / n
  letters, tokens = np.unique([*text], return_inverse=True)
  for order in ORDERS:
    both = tokens[:TRAINING], tokens[TRAINING:]
    discount, cost = judged(*both, order, len(letters))
    yield f'{order}-gram', f'{discount:.2f}', cost / math.log(2)


def main(arguments=None):
  """Prints a row for each."""
  parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
  parser.add_argument('text', type=Path, help='tinyshakespeare.txt')
  text = parser.parse_args(arguments).text.read_bytes().decode()
  if len(text) != CHARACTERS:
    parser.error(f'text: expected {CHARACTERS} characters, got {len(text)}')
  table = Table('held out', 'discount', 'bits', 'nats')
  for name, discount, bits in rows(text):
    table.add_row(name, discount, f'{bits:.4f}', f'{bits * math.log(2):.4f}')
  Console().print(table)


if __name__ == '__main__':
  main()
