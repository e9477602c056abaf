"""What Orbax says of its own failures after they were told, and nobody needs.

When a file cannot be read or written, it closes its loop of events while others
are still on their way; each of these then fails where nobody can catch it.
"""

from collections.abc import Callable
from typing import Any

Hook = Callable[[Any], Any]
"""Of what cannot be raised, of shape []: `sys.unraisablehook`."""


def but_closed_loops(hook: Hook) -> Hook:
  """The hook, of shape [], for all but loops of events that are closed."""

  def heard(unraisable: Any) -> None:
    if str(unraisable.exc_value) != 'Event loop is closed':
      hook(unraisable)

  return heard
