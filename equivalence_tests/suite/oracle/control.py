"""Networks that decide in each step what to compute, as loops."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from equivalence_tests.suite.oracle.cells import elman_step, gru_step
from equivalence_tests.suite.oracle.chance import elman_with
from equivalence_tests.suite.oracle.rounding import Real, real, stopped

Params = Mapping[str, Any]


def size_of(x: Any) -> float:
  """max |x_i|, of which no derivative is asked: x [inputs]."""
  return float(np.abs(real(x).value).max())


def skip_rnn(
  variables: Params, xs: Real, hyperparameters: dict[str, Any], **given
) -> Any:
  """elman where max |x_t| > threshold, else h: xs [time, inputs]."""
  elman = variables['params']['cell']['elman']
  threshold = hyperparameters.get('threshold', 1.0)

  def step(h: Real, x: Any, t: int) -> Real:
    return elman_step(elman, h, x) if size_of(x) > threshold else h

  return elman_with(step, hyperparameters, xs, **given)


def graded_rnn(
  variables: Params, xs: Real, hyperparameters: dict[str, Any], **given
) -> Any:
  """h, elman or gru, for max |x_t| up to threshold, up to twice it, or more."""
  cells = variables['params']['cell']
  threshold = hyperparameters.get('threshold', 0.5)

  def step(h: Real, x: Any, t: int) -> Real:
    size = size_of(x)
    if size > 2 * threshold:
      return gru_step(cells['gru'], h, x)[1]
    return elman_step(cells['elman'], h, x) if size > threshold else h

  return elman_with(step, hyperparameters, xs, **given)


def ponder_rnn(
  variables: Params, xs: Real, hyperparameters: dict[str, Any], **given
) -> Any:
  """elman once, and once more for each time that max |x_t| can be halved.

  The derivative is that of the last step: `stopped` is 0 in all before.
  Source: Bolte et al. (2023), One-step differentiation of iterative algorithms.
  """
  elman = variables['params']['cell']['elman']
  threshold = hyperparameters.get('threshold', 0.5)

  def step(h: Real, x: Any, t: int) -> Real:
    size = size_of(x)
    for _ in range(hyperparameters.get('limit', 3)):
      if size > threshold:
        h = elman_step(elman, h, x)
      size = size / 2
    return elman_step(elman, stopped(h), x)

  return elman_with(step, hyperparameters, xs, **given)
