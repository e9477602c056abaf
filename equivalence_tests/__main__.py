"""The command line starts here, and its processes as early as they can."""

import multiprocessing
import sys
from multiprocessing import forkserver


def main() -> None:
  """Runs the command line; 0 if all holds, 1 if not, 2 on misuse."""
  if 'forkserver' in multiprocessing.get_all_start_methods():
    forkserver.set_forkserver_preload(['equivalence_tests.report'])
    forkserver.ensure_running()  # it imports JAX and Flax while this one does

  from cyclopts import CycloptsError

  from equivalence_tests.command import app
  from equivalence_tests.ways import Misuse

  sys.path.insert(0, '')  # a package of the working directory may be a way
  try:
    status = app(exit_on_error=False, print_error=False)
  except (Misuse, CycloptsError) as error:
    message = ' '.join(str(error).split())
    print(f'equivalence: {message}', file=sys.stderr)
    status = 2
  sys.exit(status)


if __name__ == '__main__':
  main()
