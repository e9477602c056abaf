"""The command line starts here, and its processes as early as they can."""

import os
import sys
from multiprocessing import forkserver

START = 'forkserver' if os.name == 'posix' else 'spawn'  # no fork: JAX threads


QUICK = {'show', 'table', '--list', '--help', '-h', '--version'}


def main() -> None:
  """Runs the command line; 0 if all holds, 1 if not, 2 on misuse."""
  arguments = sys.argv[1:]
  if START == 'forkserver' and QUICK.isdisjoint(arguments):
    forkserver.set_forkserver_preload(['equivalence_tests.report'])
    forkserver.ensure_running()  # it imports JAX and Flax while this one does

  from cyclopts import CycloptsError

  from equivalence_tests.command import app
  from equivalence_tests.ways import Misuse

  sys.path.insert(0, os.getcwd())  # a package here may be a way
  try:
    status = app(arguments, exit_on_error=False, print_error=False)
  except (Misuse, CycloptsError) as error:
    message = ' '.join(str(error).split())
    print(f'equivalence: {message}', file=sys.stderr)
    status = 2
  sys.exit(status)


if __name__ == '__main__':
  main()
