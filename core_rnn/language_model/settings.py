"""What a run is made from: every number that its result depends on."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from core_rnn.language_model.misuse import Misuse, flag

Switch = Annotated[bool, Parameter(negative='')]


def sizes(kind: Any, tokens: Any) -> tuple[int, ...]:
  """`128,128` or several of these -> the numbers [layers].

  Raises:
    ValueError: they are none.
  """
  words = [word for token in tokens for word in token.value.split(',')]
  try:
    return tuple(int(word) for word in words)
  except ValueError:
    got = ','.join(words)
    raise ValueError(
      f'--features: expected numbers, such as 128,128, got {got!r}'
    ) from None


@dataclass(frozen=True)
class Settings:
  """How a network is trained, and which: carries are [batch, features].

  Attributes:
    cell: The recurrence of every layer.
    features: Units of each layer, first to last: 128,128 or one at a time.
    embedding: Entries of a character's vector; if not given, a character is
      one-hot.
    residual: Add what goes into a layer to what comes out, where sizes agree.
    learned_carry: Learn what a text begins with, instead of zeros.
    loop: How the loop over time is run. deferred takes out of it all that
      needs no order, and of min_gru and ssm leaves no loop at all; scan goes
      step by step, and is slower.
    dtype: What the network computes in; parameters and losses are float32.
    dropout: Share of units that are dropped while training.
    batch_size: Streams of text that are read side by side.
    block_size: Characters of a stream that derivatives go back over.
    val_fraction: Share of the text, at its end, that is held out.
    max_iters: Steps to train.
    eval_interval: Steps from one look at the held-out text, and one
      checkpoint, to the next.
    eval_iters: Chunks of the held-out text to look at; if not given, all.
    log_interval: Steps that are one program, and one line of the metrics.
    learning_rate: The greatest, after the warm-up.
    min_lr: The last; if not given, a tenth of the greatest.
    warmup_iters: Steps in which the learning rate rises.
    weight_decay: Of matrices.
    beta1: Of Adam, for the mean.
    beta2: Of Adam, for the mean of squares.
    grad_clip: Greatest norm of all derivatives together; 0 clips nothing.
    seed: What all that is random is drawn from.
  """

  cell: Literal['concatenated', 'elman', 'gru', 'lstm', 'ssm', 'min_gru'] = (
    'concatenated'
  )
  features: Annotated[
    tuple[int, ...], Parameter(converter=sizes, negative='')
  ] = (128, 128, 128)
  embedding: int | None = None
  residual: Switch = False
  learned_carry: Switch = False
  loop: Literal['deferred', 'scan'] = 'deferred'
  dtype: Literal['float32', 'bfloat16', 'float16'] = 'float32'
  dropout: float = 0.0
  batch_size: int = 32
  block_size: int = 128
  val_fraction: float = 0.1
  max_iters: int = 2000
  eval_interval: int = 250
  eval_iters: int | None = None
  log_interval: int = 25
  learning_rate: float = 2e-3
  min_lr: float | None = None
  warmup_iters: int = 100
  weight_decay: float = 0.1
  beta1: float = 0.9
  beta2: float = 0.99
  grad_clip: float = 1.0
  seed: int = 1337

  def asdict(self) -> dict[str, Any]:
    """By name, as JSON has it: tuples are lists, of shape [layers]."""
    return {
      name: list(value) if isinstance(value, tuple) else value
      for name, value in dataclasses.asdict(self).items()
    }


BOUNDS: dict[str, tuple[float, float]] = {
  'dropout': (0, 1),
  'batch_size': (1, float('inf')),
  'block_size': (1, float('inf')),
  'val_fraction': (0, 1),
  'max_iters': (1, 2**31),
  'eval_interval': (1, 2**31),
  'eval_iters': (1, 2**31),
  'log_interval': (1, 2**31),
  'learning_rate': (0, float('inf')),
  'min_lr': (0, float('inf')),
  'warmup_iters': (0, 2**31),
  'weight_decay': (0, float('inf')),
  'beta1': (0, 1),
  'beta2': (0, 1),
  'grad_clip': (0, float('inf')),
  'seed': (0, 2**32),
}
"""low <= value < high, of shape []."""


def check(settings: Settings) -> None:
  """Every number of shape [] is within its bounds.

  Raises:
    Misuse: one is not.
  """
  for name, (low, high) in BOUNDS.items():
    value = getattr(settings, name)
    if value is not None and not low <= value < high:
      least = f'expected a number >= {low:g}'
      most = '' if high == float('inf') else f' and < {high:g}'
      raise Misuse(f'{flag(name)}: {least}{most}, got {value:g}')
  rate, last = settings.learning_rate, settings.min_lr
  if last is not None and last > rate:
    raise Misuse(
      f'--min-lr: expected at most --learning-rate {rate:g}, got {last:g}'
    )


def read(saved: dict[str, Any]) -> Settings:
  """What `asdict` wrote, of shape [], as it was.

  Raises:
    Misuse: it was written by another version.
  """
  names = {field.name for field in dataclasses.fields(Settings)}
  if set(saved) != names:
    odd = sorted(set(saved) ^ names)
    raise Misuse(f'expected the settings of this version, got other {odd}')
  return Settings(**{**saved, 'features': tuple(saved['features'])})


def given_in(words: Sequence[str], settings: Settings) -> dict[str, Any]:
  """Those of the settings whose flags are among the words [words], by name."""
  flags = {word.partition('=')[0] for word in words}
  values = settings.asdict()
  return {name: value for name, value in values.items() if flag(name) in flags}


def resumed(given: Mapping[str, Any], saved: Settings) -> Settings:
  """The saved settings, with the --max-iters that is given, of shape [].

  Raises:
    Misuse: another one is given that is not as it was.
  """
  for name, value in given.items():
    was = saved.asdict()[name]
    if value != was and name != 'max_iters':
      raise Misuse(
        f'{flag(name)}: expected {was} to go on from, got {value}; '
        'leave it out, or train into another --out-dir'
      )
  iters = given.get('max_iters', saved.max_iters)
  return dataclasses.replace(saved, max_iters=iters)
