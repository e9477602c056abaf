"""What is said to somebody who asked for what cannot be: one line."""


class Misuse(Exception):
  """A user's mistake, of shape []: what was expected, and what came."""


class Stopped(Exception):
  """Training cannot go on, of shape []: why, and what is left to go on from."""


def flag(name: str) -> str:
  """What an option, of shape [], is called on the command line."""
  return '--' + name.replace('_', '-')
