"""Text is drawn in one loop, from the seed alone, and misuse is one line."""

import io
import os
import sys
from functools import partial

import jax
import numpy as np
import pytest
from cyclopts import App
from jax import lax
from jax import numpy as jnp

from core_rnn.language_model import sampling
from core_rnn.language_model.choosing import Choice
from core_rnn.language_model.prompts import Request
from core_rnn.language_model.sampling import BETWEEN, blocks, keys_of, sample
from core_rnn.model import Model
from core_rnn.types import LSTMCarry

LETTERS = 'abcdé\n '
GREEDY = Choice(temperature=0.0)


class Letters:
  """A vocabulary, as the application has it."""

  def __len__(self):
    return len(LETTERS)

  def encode(self, text):
    unknown = sorted({*text} - {*LETTERS})
    if unknown:
      raise ValueError(f'expected characters of the text, got {unknown}')
    return np.array([LETTERS.index(letter) for letter in text], np.int32)

  def decode(self, numbers):
    return ''.join(LETTERS[number] for number in numbers)


def recurrent_step(around, out, carry, xs):
  h, (c, _) = carry
  h = jnp.tanh(xs + h @ around)
  c = (c + h) / 2
  carry = (h, LSTMCarry(c, jnp.tanh(c)))
  return carry, carry[1].h @ out


def recurrent(features=5, dtype='float32'):
  """Two small layers of random weights; one has a carry of two leaves."""
  vocab = len(LETTERS)

  def init(rngs, tokens):
    keys = jax.random.split(rngs['params'], 3)
    shapes = (vocab, features), (features, features), (features, vocab)
    normal = lambda key, shape: jax.random.normal(key, shape, dtype)
    return {'params': [*map(normal, keys, shapes)]}

  def apply(variables, tokens, initial_carry=None, seq_lengths=None):
    embedding, *kernels = variables['params']
    zeros = jnp.zeros((len(tokens), features), dtype)
    carry = initial_carry or (zeros, LSTMCarry(zeros, zeros))
    xs = embedding[tokens].swapaxes(0, 1)
    carry, logits = lax.scan(partial(recurrent_step, *kernels), carry, xs)
    return carry, logits.swapaxes(0, 1)

  model = Model(init, apply)
  token = jnp.zeros((1, 1), jnp.int32)
  return model, model.init({'params': jax.random.key(2)}, token)


def bigram(table):
  """Row t of the table has the logits after t; nothing else is carried."""

  def apply(variables, tokens, initial_carry=None, seq_lengths=None):
    return (), variables['params'][tokens]

  return Model(None, apply), {'params': jnp.asarray(table, jnp.float32)}


def counting():
  """After n characters the n-th letter is likeliest, round and round."""

  def apply(variables, tokens, initial_carry=None, seq_lengths=None):
    (seen,) = initial_carry or (jnp.zeros((len(tokens), 1), jnp.int32),)
    ends = seen + 1 + jnp.arange(tokens.shape[1])[None]
    logits = 9 * jax.nn.one_hot(ends % len(LETTERS), len(LETTERS))
    return (ends[:, -1:],), logits

  return Model(None, apply), {'params': {}}


def tokens_of(network, keys, choice=None, count=40, prompt='ab', **how):
  """Rows of characters by keys."""
  tokens = jnp.asarray(Letters().encode(prompt))
  made = blocks(*network, tokens, keys, choice or Choice(), count, **how)
  return np.concatenate([*made], axis=1)


@pytest.fixture(scope='module')
def network():
  return recurrent()


@pytest.mark.parametrize('prompt', ['ab', ''])
def test_where_a_block_ends_changes_no_character(network, prompt):
  find = partial(tokens_of, network, prompt=prompt)
  in_one = find(keys_of(1, 4), block=64)
  for block in (1, 7):
    found = find(keys_of(1, 4), block=block)
    np.testing.assert_array_equal(found, in_one, f'in blocks of {block}')


@pytest.mark.parametrize('prompt', ['ab', ''])
@pytest.mark.parametrize('count', [0, 1, 64, 65, 129])
def test_as_many_characters_come_as_are_asked_for(network, prompt, count):
  found = tokens_of(network, keys_of(1, 4), count=count, prompt=prompt)
  assert found.shape == (4, count)


def test_a_longer_text_begins_with_the_shorter(network):
  short, long = (tokens_of(network, keys_of(1, 1), count=n) for n in (30, 90))
  np.testing.assert_array_equal(long[:, :30], short)


def test_of_one_seed_is_one_text_and_of_another_another(network):
  first, again, other = (tokens_of(network, keys_of(s, 1)) for s in (1, 1, 2))
  np.testing.assert_array_equal(first, again)
  assert (first != other).any()


@pytest.mark.parametrize('prompt', ['ab', ''])
def test_each_row_is_the_text_of_its_key_alone(network, prompt):
  rows = tokens_of(network, keys_of(1, 4), prompt=prompt)
  assert len({*map(bytes, rows)}) == 4
  for i, row in enumerate(rows):
    alone = tokens_of(network, keys_of(1, 4)[i : i + 1], prompt=prompt)
    np.testing.assert_array_equal(alone[0], row, f'row {i}')


@pytest.mark.parametrize('prompt', ['', 'b', 'bba'])
def test_what_the_network_carries_goes_on_from_the_prompt_to_the_end(prompt):
  keys, start = keys_of(1, 4), len(prompt)
  found = tokens_of(counting(), keys, GREEDY, prompt=prompt, block=7)
  expected = np.arange(start, start + 40) % len(LETTERS)
  known = found[:, not prompt :]  # without a prompt, the first is random
  assert (known == expected[not prompt :]).all(), found


@pytest.mark.parametrize('dtype', ['float32', 'bfloat16'])
def test_what_is_drawn_greedily_is_the_likeliest_after_all_before_it(dtype):
  model, variables = recurrent(dtype=dtype)
  found = tokens_of((model, variables), keys_of(1, 1), GREEDY)[0]
  text = np.concatenate([Letters().encode('ab'), found])
  _, logits = model.apply(variables, jnp.asarray(text)[None])
  np.testing.assert_array_equal(found, logits[0, 1:-1].argmax(-1))


def test_the_first_character_is_drawn_by_the_logits_after_the_prompt(network):
  model, variables = network
  n, tokens = 4096, jnp.asarray(Letters().encode('ba'))
  _, logits = model.apply(variables, tokens[None])
  expected = np.asarray(jax.nn.softmax(logits[0, -1]))
  drawn = tokens_of(network, keys_of(5, n), count=1, prompt='ba', block=1)
  found = np.bincount(drawn[:, 0], minlength=len(LETTERS))
  deviation = np.sqrt(n * expected * (1 - expected))
  assert (abs(found - n * expected) < 4 * deviation).all(), (found, expected)


@pytest.mark.parametrize('choice', [Choice(), GREEDY, Choice(top_k=1)])
def test_without_a_prompt_each_character_is_as_likely_to_be_the_first(choice):
  n, vocab = 7000, len(LETTERS)
  network = bigram(np.eye(vocab) * 9)
  drawn = tokens_of(network, keys_of(5, n), choice, count=1, prompt='')
  found = np.bincount(drawn[:, 0], minlength=vocab)
  deviation = np.sqrt(n / vocab * (1 - 1 / vocab))
  assert (abs(found - n / vocab) < 4 * deviation).all(), found


def test_characters_are_made_in_one_program_called_once_a_block(
  network, monkeypatch
):
  model, variables = network
  traced, called, extend = [], [], sampling.extend

  def apply(*arguments, **named):
    traced.append(None)
    return model.apply(*arguments, **named)

  def counted(*arguments, length):
    called.append(length)
    return extend(*arguments, length=length)

  monkeypatch.setattr(sampling, 'extend', counted)
  counting = Model(model.init, apply), variables
  assert tokens_of(counting, keys_of(1, 1), count=500).shape == (1, 500)
  assert called == [64] * 8
  before = len(traced)
  assert before <= 4, 'the prompt, and a loop, whose body may be traced again'
  again = tokens_of(counting, keys_of(2, 1), GREEDY, count=70)
  assert again.shape == (1, 70)
  assert len(traced) == before, 'another seed or choice is the same program'


def period(tokens, most):
  """The least p <= most by which the second half repeats; None if none."""
  half = tokens[len(tokens) // 2 :]
  repeats = lambda p: (half[p:] == half[:-p]).all()
  return next(filter(repeats, range(1, most + 1)), None)


def test_a_greedy_text_loops_and_one_drawn_as_trained_does_not():
  """After a letter the next of the alphabet is likeliest, but not by much."""
  vocab = len(LETTERS)
  network = bigram(np.roll(np.eye(vocab), 1, axis=1))
  greedy = tokens_of(network, keys_of(1, 1), GREEDY, count=400)[0]
  assert period(greedy, 100) == vocab
  drawn = tokens_of(network, keys_of(1, 1), count=400)[0]
  assert period(drawn, 100) is None


def asked(capfd, network, **options):
  """The status, and what is written, of a request."""
  status = sample(*network, Letters(), Request(**options))
  return status, *capfd.readouterr()


@pytest.fixture
def ask(capfd, network):
  return partial(asked, capfd, network)


def test_the_text_follows_its_prompt(ask, network):
  row = tokens_of(network, keys_of(7, 1), count=90, prompt='é a')[0]
  text = Letters().decode(row)
  done = ask(prompt='é a', num_tokens=90, seed=7)
  assert done == (0, f'é a{text}\n', '')


def test_several_texts_have_a_line_between_them_and_the_first_is_the_one(ask):
  options = {'prompt': 'ab', 'num_tokens': 70}
  status, out, err = ask(**options, num_samples=4)
  texts = out.split(f'{BETWEEN}\n')
  assert (status, err, len({*texts})) == (0, '', 4)
  assert [len(text) for text in texts] == [73] * 4
  assert texts[0] == ask(**options)[1]


def test_a_text_is_shown_block_by_block(network, monkeypatch):
  class Flushed(io.StringIO):
    encoding, shown = 'utf-8', ()

    def flush(self):
      self.shown = (*self.shown, len(self.getvalue()))

  out = Flushed()
  monkeypatch.setattr(sys, 'stdout', out)
  sample(*network, Letters(), Request(prompt='ab', num_tokens=150))
  assert [*dict.fromkeys(out.shown)] == [2, 66, 130, 152, 153]


@pytest.mark.parametrize('content', ['ab\n', ''])
def test_a_prompt_may_stand_in_a_file_or_come_by_standard_input(
  ask, content, tmp_path, monkeypatch
):
  file = tmp_path / 'prompt.txt'
  file.write_bytes(content.encode())
  said = ask(prompt=content, num_tokens=9)
  assert said[0] == 0
  assert ask(prompt_file=str(file), num_tokens=9) == said
  piped = io.TextIOWrapper(io.BytesIO(content.encode()))
  monkeypatch.setattr(sys, 'stdin', piped)
  assert ask(prompt_file='-', num_tokens=9) == said


@pytest.mark.parametrize(
  ('options', 'message'),
  [
    ({'num_tokens': -1}, '--num-tokens: expected a count >= 0, got -1'),
    ({'num_samples': 0}, '--num-samples: expected a count >= 1, got 0'),
    ({'top_k': -2}, '--top-k: expected a count >= 0, got -2'),
    ({'top_p': 0.0}, '--top-p: expected a number > 0 and <= 1, got 0.0'),
    ({'top_p': 1.5}, '--top-p: expected a number > 0 and <= 1, got 1.5'),
    ({'top_p': float('nan')}, '--top-p: expected a number > 0 and <= 1, got n'),
    ({'min_p': -0.1}, '--min-p: expected a number from 0 to 1, got -0.1'),
    ({'min_p': 1.1}, '--min-p: expected a number from 0 to 1, got 1.1'),
    ({'temperature': -1.0}, '--temperature: expected a finite number >= 0, go'),
    ({'temperature': float('inf')}, '--temperature: expected a finite number'),
    ({'seed': -1}, '--seed: expected a number >= 0 and < 2^32, got -1'),
    ({'seed': 2**32}, '--seed: expected a number >= 0 and < 2^32, got 42949'),
    (
      {'prompt': 'azby'},
      "--prompt: expected characters of the text, got ['y', 'z']",
    ),
    (
      {'prompt_file': 'nowhere/at.all'},
      '--prompt-file: expected a file to read, got nowhere/at.all: No such',
    ),
    (
      {'prompt_file': 'there', 'prompt': 'a'},
      "--prompt-file: expected no file beside --prompt, got 'there'",
    ),
  ],
)
def test_misuse_is_one_line_and_status_2(ask, options, message):
  status, out, err = ask(**options)
  assert (status, out) == (2, '')
  assert err.startswith(f'char-rnn: {message}')
  assert err.count('\n') == 1


def test_a_prompt_that_is_no_text_is_refused_by_its_byte(ask, tmp_path):
  file = tmp_path / 'prompt.bin'
  file.write_bytes(b'ab\xff')
  status, out, err = ask(prompt_file=str(file))
  expected = f'expected UTF-8 text, got byte 0xff at 2 of {file}'
  assert (status, out) == (2, '')
  assert err == f'char-rnn: --prompt-file: {expected}\n'


def test_unknown_characters_of_a_file_are_said_of_the_file(ask, tmp_path):
  file = tmp_path / 'prompt.txt'
  file.write_text('abz')
  _, _, err = ask(prompt_file=str(file))
  assert err.startswith('char-rnn: --prompt-file: expected characters of the t')


def test_a_network_without_finite_logits_is_refused(capfd):
  network = bigram(np.full((len(LETTERS),) * 2, np.nan))
  done = asked(capfd, network, prompt='a')
  message = 'logits: expected finite ones from the model, got others'
  assert done == (2, '', f'char-rnn: {message}\n')


@pytest.mark.parametrize('top_k', [len(LETTERS), 10**20])
def test_more_characters_than_there_are_are_all(ask, top_k):
  said = ask(prompt='a', num_tokens=20)
  assert ask(prompt='a', num_tokens=20, top_k=top_k) == said


def test_nobody_reading_on_ends_it_without_complaint(network, monkeypatch):
  reading, writing = os.pipe()
  os.close(reading)
  with os.fdopen(writing, 'w') as out:
    monkeypatch.setattr(sys, 'stdout', out)
    assert sample(*network, Letters(), Request(prompt='ab')) == 1


def test_what_the_terminal_has_no_bytes_for_is_a_question_mark(
  network, monkeypatch
):
  out = io.TextIOWrapper(io.BytesIO(), encoding='ascii')
  monkeypatch.setattr(sys, 'stdout', out)
  request = Request(prompt='é', num_tokens=0)
  assert sample(*network, Letters(), request) == 0
  assert out.buffer.getvalue() == b'?\n'


@pytest.fixture
def app():
  """A command line whose command returns what it is asked for."""
  made = App(name='char-rnn')

  @made.command(name='sample')
  def given(request: Request | None = None):
    return request or Request()

  return made


def test_the_command_line_has_every_option(app):
  line = 'sample --prompt ab --num-tokens 3 --temperature 0.5 --top-k 4'
  line += ' --top-p 0.9 --min-p 0.1 --seed 6 --num-samples 2'
  made = app(line, result_action='return_value')
  assert made == Request('ab', None, 3, 0.5, 4, 0.9, 0.1, 6, 2)
  made = app('sample --prompt-file - -n 3', result_action='return_value')
  assert made == Request(prompt_file='-', num_tokens=3)


def test_the_command_line_by_default_draws_as_trained(app):
  assert app('sample', result_action='return_value') == Request()
  request = Request()
  assert sampling.choice_of(request, len(LETTERS)) == Choice()
  assert request.num_tokens == 500
