"""What `char-rnn sample` is asked for, and the text that it goes on from."""

import math
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, NoReturn, Protocol, runtime_checkable

import numpy as np
from cyclopts import Parameter
from jaxtyping import Int32

from core_rnn.language_model.misuse import flag

STANDARD_INPUT = '-'


@runtime_checkable
class Vocabulary(Protocol):
  """The characters that a network knows, and their numbers [time]."""

  def __len__(self) -> int:
    """How many there are."""
    ...

  def encode(self, text: str) -> Int32[np.ndarray, 'time']:
    """The number of each character; ValueError lists those not known."""
    ...

  def decode(self, numbers: Int32[np.ndarray, 'time']) -> str:
    """The characters of these numbers."""
    ...


def option(help: str, *names: str) -> Parameter:
  """An option of the command line, by its help; its value is of shape []."""
  return Parameter(name=names or None, help=help, allow_leading_hyphen=True)


@Parameter(name='*')
@dataclass(frozen=True)
class Request:
  """The options of `char-rnn sample`, each of shape []."""

  prompt: Annotated[
    str,
    option(
      'The text to go on from. Without one, a text begins with a character'
      ' drawn from all that the model knows, each as likely.'
    ),
  ] = ''
  prompt_file: Annotated[
    str | None,
    option(
      'A UTF-8 file with the text to go on from, its last newline included;'
      ' - reads standard input.'
    ),
  ] = None
  num_tokens: Annotated[
    int,
    option('Characters to write after the prompt.', '--num-tokens', '-n'),
  ] = 500
  temperature: Annotated[
    float,
    option(
      'Divides the logits: below 1 likely characters become likelier, above 1'
      ' less so; 1 is as trained, and 0 always takes the likeliest.'
    ),
  ] = 1.0
  top_k: Annotated[
    int, option('Draw from the k likeliest characters; 0 is off.')
  ] = 0
  top_p: Annotated[
    float,
    option(
      'Draw from the fewest characters whose probabilities come to p; 1 is off.'
    ),
  ] = 1.0
  min_p: Annotated[
    float,
    option(
      'Draw from characters at least p times as likely as the likeliest; 0 is'
      ' off. Applied in the order top-k, top-p, min-p, temperature.'
    ),
  ] = 0.0
  seed: Annotated[int, option('The same seed gives the same text.')] = 0
  num_samples: Annotated[int, option('Texts to write.')] = 1


def check(request: Request) -> None:
  """Every option, of shape [], is one that can be served.

  Raises:
    ValueError: one is not.
  """
  r = request

  rules = {
    'num_tokens': (r.num_tokens >= 0, 'a count >= 0'),
    'temperature': (0 <= r.temperature < math.inf, 'a finite number >= 0'),
    'top_k': (r.top_k >= 0, 'a count >= 0'),
    'top_p': (0 < r.top_p <= 1, 'a number > 0 and <= 1'),
    'min_p': (0 <= r.min_p <= 1, 'a number from 0 to 1'),
    'seed': (0 <= r.seed < 2**32, 'a number >= 0 and < 2^32'),
    'num_samples': (r.num_samples >= 1, 'a count >= 1'),
  }
  for name, (holds, expected) in rules.items():
    if not holds:
      refuse(name, expected, getattr(r, name))
  if r.prompt and r.prompt_file is not None:
    refuse('prompt_file', 'no file beside --prompt', repr(r.prompt_file))


def read_prompt(request: Request) -> str:
  """The characters [time] to go on from, exactly as they stand.

  Raises:
    ValueError: the file cannot be read, or is not UTF-8.
  """
  place = request.prompt_file
  if place is None:
    return request.prompt
  try:
    standard = place == STANDARD_INPUT
    content = sys.stdin.buffer.read() if standard else Path(place).read_bytes()
    return content.decode('utf-8-sig')
  except OSError as error:
    refuse('prompt_file', 'a file to read', f'{place}: {error.strerror}')
  except UnicodeDecodeError as error:
    where = f'byte {content[error.start]:#04x} at {error.start} of {place}'
    refuse('prompt_file', 'UTF-8 text', where)


def encode(
  vocabulary: Vocabulary, request: Request, text: str
) -> Int32[np.ndarray, 'time']:
  """The numbers [time] of the characters of a prompt.

  Raises:
    ValueError: the vocabulary has not all of them; it lists those.
  """
  try:
    return vocabulary.encode(text)
  except ValueError as error:
    given = 'prompt' if request.prompt_file is None else 'prompt_file'
    raise ValueError(f'{flag(given)}: {error}') from None


def refuse(name: str, expected: str, got: object) -> NoReturn:
  """Raises the one message, about an option of shape [].

  Raises:
    ValueError: always.
  """
  raise ValueError(f'{flag(name)}: expected {expected}, got {got}')
