"""Ctrl-C is heard at the end of a block, when there is a state to save."""

import signal
import threading
from collections.abc import Callable
from typing import Any

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupts:
  """Whether somebody asked to stop, of shape []; asked twice, it stops."""

  def __init__(self, say: Callable[[str], None]) -> None:
    """Tells that it was heard."""
    self.say, self.heard = say, False
    self.before: dict[signal.Signals, Any] = {}

  def __bool__(self) -> bool:
    """Whether somebody did."""
    return self.heard

  def __enter__(self) -> 'Interrupts':
    """Listens."""
    if threading.current_thread() is threading.main_thread():
      self.before = {s: signal.signal(s, self.hear) for s in SIGNALS}
    return self

  def __exit__(self, *error: Any) -> None:
    """Listens no more."""
    for number, handler in self.before.items():
      signal.signal(number, handler)

  def hear(self, *signal: Any) -> None:
    """Remembers it.

    Raises:
      KeyboardInterrupt: it was heard before.
    """
    if self.heard:
      raise KeyboardInterrupt
    self.heard = True
    self.say('stopping after this block; once more stops at once')
