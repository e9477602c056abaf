"""The command line starts here: light, so that it answers at once."""

import os
import sys


def main() -> None:
  """Runs the command line.

  It ends with 0 if all holds, 1 if not, 2 on misuse, 130 on an interrupt.
  """
  from cyclopts import CycloptsError

  from equivalence_tests.suite.ways import Misuse
  from equivalence_tests.terminal.app import app

  sys.path.insert(0, os.getcwd())  # a package here may be a way
  try:
    status = app(sys.argv[1:], exit_on_error=False, print_error=False)
  except (Misuse, CycloptsError) as error:
    message = ' '.join(str(error).split())
    print(f'equivalence: {message}', file=sys.stderr)
    status = 2
  except KeyboardInterrupt:
    print('equivalence: interrupted', file=sys.stderr)
    status = 130
  sys.exit(status)


if __name__ == '__main__':
  main()
