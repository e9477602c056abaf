"""The command line starts here, and its processes as early as they can."""

import os
import sys

from equivalence_tests.processes import start_early

QUICK = {'show', 'table', '--list', '--help', '-h', '--version'}


def main() -> None:
  """Runs the command line; 0 if all holds, 1 if not, 2 on misuse."""
  arguments = sys.argv[1:]
  if QUICK.isdisjoint(arguments):
    start_early()

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
