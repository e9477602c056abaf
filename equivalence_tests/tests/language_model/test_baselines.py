"""The n-grams that the notes hold a network against are what they say."""

import importlib.util
from collections import Counter

import numpy as np
import pytest

from equivalence_tests.tests.conftest import ROOT

FILE = ROOT / 'notes' / 'benchmarks' / 'char_rnn_baselines.py'
VOCAB = 4  # of which the text has only three
TEXT = np.random.default_rng(0).choice(3, 60, p=[0.7, 0.2, 0.1])  # one-sided
DISCOUNTS = (0.1, 0.75, 1.4)


@pytest.fixture(scope='module')
def baselines():
  spec = importlib.util.spec_from_file_location('char_rnn_baselines', FILE)
  module = importlib.util.module_from_spec(spec)
  spec.loader.exec_module(module)
  return module


def given(baselines, order, discount, context):
  """P of every character of the vocabulary after a context."""
  levels = baselines.learned(TEXT, order, VOCAB)
  (number,) = baselines.grams(np.array(context), order - 1, VOCAB)
  contexts = np.full(VOCAB, number)
  every = np.arange(VOCAB)
  return baselines.probabilities(levels, VOCAB, discount, contexts, every)


def plain(order, discount, context, x, top=True):
  """The same of one character, gram by gram, by the equation."""
  if order == 0:
    return 1 / VOCAB
  text = tuple(TEXT)
  size = order + (
    not top
  )  # below the top a gram counts once for each before it
  found = [text[i : i + size] for i in range(len(text) - size + 1)]
  counts = Counter(gram[-order:] for gram in (found if top else {*found}))
  h = tuple(context)
  after = [n for gram, n in counts.items() if gram[:-1] == h]
  lower = plain(order - 1, discount, h[1:], x, top=False)
  if not after:
    return lower
  kept = max(counts[(*h, x)] - discount, 0)
  return (kept + sum(min(n, discount) for n in after) * lower) / sum(after)


def contexts(order):
  """Random contexts of order - 1 characters, known and unknown."""
  return np.random.default_rng(order).integers(0, VOCAB, (30, order - 1))


@pytest.mark.parametrize('discount', DISCOUNTS)
@pytest.mark.parametrize('order', [1, 2, 3, 5])
def test_probabilities_of_all_characters_sum_to_1(baselines, order, discount):
  for context in contexts(order):
    found = given(baselines, order, discount, context)
    assert (found > 0).all()
    np.testing.assert_allclose(found.sum(), 1, rtol=1e-12)


@pytest.mark.parametrize('discount', DISCOUNTS)
@pytest.mark.parametrize('order', [1, 2, 3, 5])
def test_they_are_those_of_the_equation_gram_by_gram(
  baselines, order, discount
):
  for context in contexts(order):
    found = given(baselines, order, discount, context)
    expected = [plain(order, discount, context, x) for x in range(VOCAB)]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize('order', [1, 3])
def test_what_is_held_out_is_predicted_from_all_before_it(baselines, order):
  held_out = np.array([2, 0, 1, 1, 3])
  joined = [*TEXT, *held_out]
  levels = baselines.learned(TEXT, order, VOCAB)
  found = baselines.nats(TEXT, held_out, order, VOCAB, levels, 0.5)
  expected = [
    -np.log(plain(order, 0.5, joined[i - order + 1 : i], joined[i]))
    for i in range(len(TEXT), len(joined))
  ]
  np.testing.assert_allclose(found, np.mean(expected), rtol=1e-12)


def test_the_discount_is_the_best_for_the_last_tenth_of_the_training_text(
  baselines,
):
  costs = []
  for discount in baselines.DISCOUNTS:
    levels = baselines.learned(TEXT[:54], 3, VOCAB)
    end = TEXT[54:]
    costs += [baselines.nats(TEXT[:54], end, 3, VOCAB, levels, discount)]
  best = baselines.DISCOUNTS[np.argmin(costs)]
  for held_out in (np.zeros(9, int), np.full(9, 3)):
    found, _ = baselines.judged(TEXT, held_out, 3, VOCAB)
    assert found == best, 'and what is held out has no part in it'


def test_a_text_of_another_length_is_refused(baselines, tmp_path, capsys):
  file = tmp_path / 'short.txt'
  file.write_text('abc')
  with pytest.raises(SystemExit) as stop:
    baselines.main([str(file)])
  expected = f'text: expected {baselines.CHARACTERS} characters, got 3\n'
  assert stop.value.code == 2
  assert capsys.readouterr().err.endswith(expected)
