"""How the command line starts its processes: light, since it is read first."""

import os
from multiprocessing import forkserver

START = 'forkserver' if os.name == 'posix' else 'spawn'  # no fork: JAX threads


def start_early() -> None:
  """Has what the processes need imported while this one imports its own."""
  if START == 'forkserver':
    forkserver.set_forkserver_preload(['equivalence_tests.terminal.pool'])
    forkserver.ensure_running()
