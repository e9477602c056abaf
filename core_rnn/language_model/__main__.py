"""The command line starts here: light, so that it answers at once."""

import os
import sys


def main() -> None:
  """Runs the command line, of words [words].

  It ends with 0 if all is well, 1 if a run had to stop, 2 on misuse, 130 on an
  interrupt.
  """
  from cyclopts import CycloptsError

  from core_rnn.language_model.commands import app
  from core_rnn.language_model.misuse import Misuse, Stopped
  from core_rnn.language_model.unraisable import but_closed_loops

  sys.path.insert(0, os.getcwd())  # a package here may be a way
  sys.unraisablehook = but_closed_loops(sys.unraisablehook)
  try:
    status = app(sys.argv[1:], exit_on_error=False, print_error=False)
  except (Misuse, CycloptsError, Stopped) as error:
    message = ' '.join(str(error).split())
    print(f'char-rnn: {message}', file=sys.stderr)
    status = 1 if isinstance(error, Stopped) else 2
  except KeyboardInterrupt:
    print('char-rnn: interrupted', file=sys.stderr)
    status = 130
  sys.exit(status)


if __name__ == '__main__':
  main()
