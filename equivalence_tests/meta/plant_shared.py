"""Plant the faults of all ways in copies of all packages, and judge each there.

    python -m equivalence_tests.meta.plant_shared elman lstm

Of each fault of `faults/shared.py`, of these models or of all, it prints what
the claim says that must see it.
"""

import sys
import textwrap
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from equivalence_tests.meta.faults import SharedFault, edit
from equivalence_tests.meta.faults.shared import FAULTS
from equivalence_tests.meta.forking import Job, Lost, results
from equivalence_tests.suite.strictness import be_strict

JUDGE = 'equivalence_tests.meta.shared_judge'
PROCESSES = 2
SECONDS = 900  # time limit of a fault
WIDTH = 120  # of a message that is printed


def plant(fault: SharedFault, folder: Path) -> None:
  """Make the edits of a fault in a copy of all packages.

  Raises:
    LookupError: the text that an edit replaces is not there.
  """
  edit(fault.name, fault.edits, folder / 'core_rnn')


def messages(
  faults: Sequence[SharedFault], processes: int = PROCESSES
) -> Iterator[str]:
  """Yield what the claim of each fault says; '' if the claim holds.

  Raises:
    LookupError: the text that an edit replaces is not there.
    RuntimeError: a fault was not judged.
  """
  jobs = [
    Job(JUDGE, 'message_of', (fault.model, fault.claim), partial(plant, fault))
    for fault in faults
  ]
  found = results(jobs, processes, SECONDS)
  for fault, said in zip(faults, found, strict=True):
    if isinstance(said, Lost):
      raise RuntimeError(f'{fault.name}: not judged: {said.reason}')
    yield said


def main() -> int:
  """Judge the faults of the named models; return 1 if one is not seen."""
  models = sys.argv[1:]
  be_strict()
  chosen = [fault for fault in FAULTS if not models or fault.model in models]
  unseen = 0
  for fault, said in zip(chosen, messages(chosen), strict=True):
    shown = textwrap.shorten(said, WIDTH) or f'{fault.claim} HOLDS'
    print(f'{fault.model}: {fault.name}: {shown}', flush=True)
    unseen += not said
  return int(bool(unseen))


if __name__ == '__main__':
  sys.exit(main())
