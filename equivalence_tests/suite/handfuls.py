"""What a hyperparameter is drawn from, where its annotation says enough."""

from typing import Any, Literal, get_args, get_origin

from core_rnn.kinds import (
  Activation,
  Rate,
  Size,
  Sizes,
  Threshold,
  meaning,
)

HANDFULS: tuple[tuple[Any, tuple[Any, ...]], ...] = (
  (bool, (False, True)),
  (Size, (1, 3)),
  (Size | None, (None, 1, 3)),
  (Sizes, ((3,), (1, 2))),
  (Rate, (0.0, 0.25, 0.5)),
  (Threshold, (0.0, 0.5, 1.0)),
  (Activation, ('tanh', 'sin', 'relu')),
)


def handful(annotation: Any) -> tuple[Any, ...]:
  """A few values of a kind; none where the kind is not known."""
  if get_origin(meaning(annotation)) is Literal:
    return get_args(meaning(annotation))
  return next((few for kind, few in HANDFULS if kind == annotation), ())
