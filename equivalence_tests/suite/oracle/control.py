"""Networks that decide in each step what to compute, as loops."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from equivalence_tests.suite.oracle.cells import elman_step, gru_step
from equivalence_tests.suite.oracle.chance import elman_with
from equivalence_tests.suite.oracle.rounding import Real

Params = Mapping[str, Any]


def skip_rnn(
  variables: Params, xs: np.ndarray, hyperparameters: dict[str, Any], **given
) -> Any:
  """elman where max |x_t| > threshold, else h: xs [time, inputs]."""
  elman = variables['params']['cell']['elman']
  threshold = hyperparameters.get('threshold', 1.0)

  def step(h: Real, x: Any, t: int) -> Real:
    return elman_step(elman, h, x) if np.abs(x).max() > threshold else h

  return elman_with(step, hyperparameters, xs, **given)


def graded_rnn(
  variables: Params, xs: np.ndarray, hyperparameters: dict[str, Any], **given
) -> Any:
  """h, elman or gru, for max |x_t| up to threshold, up to twice it, or more."""
  cells = variables['params']['cell']
  threshold = hyperparameters.get('threshold', 0.5)

  def step(h: Real, x: Any, t: int) -> Real:
    size = np.abs(x).max()
    if size > 2 * threshold:
      return gru_step(cells['gru'], h, x)[1]
    return elman_step(cells['elman'], h, x) if size > threshold else h

  return elman_with(step, hyperparameters, xs, **given)


def ponder_rnn(
  variables: Params, xs: np.ndarray, hyperparameters: dict[str, Any], **given
) -> Any:
  """elman once, and once more for each time that max |x_t| can be halved."""
  elman = variables['params']['cell']['elman']
  threshold = hyperparameters.get('threshold', 0.5)

  def step(h: Real, x: Any, t: int) -> Real:
    size = np.abs(x).max()
    for _ in range(hyperparameters.get('limit', 3)):
      if size > threshold:
        h = elman_step(elman, h, x)
      size = size / 2
    return elman_step(elman, h, x)

  return elman_with(step, hyperparameters, xs, **given)
