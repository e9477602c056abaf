"""Print the edits that survive, and why some of them change nothing."""

from collections.abc import Iterable
from pathlib import Path

from equivalence_tests.meta.random_edits import Edit

UNCHANGING = Path(__file__).with_name('unchanging.txt')


def reasons() -> dict[str, str]:
  """Return each edit that changes nothing, and its reason in the file."""
  lines = UNCHANGING.read_text().splitlines()
  pairs = (line.rpartition('  # ') for line in lines if '  # ' in line)
  return {edit: reason for edit, _, reason in pairs}


def told(what: str, seed: int, judged: Iterable[tuple[Edit, bool]]) -> int:
  """Print the edits that survive, and how many; return 1 if one has no reason.

  Args:
    what: the name of what is edited; the lines of `unchanging.txt` begin so.
    seed: the seed of the edits.
    judged: the edits, each with whether it survives.
  """
  known, count, alive, excused = reasons(), 0, 0, 0
  for edit, lives in judged:
    count += 1
    if lives:
      reason = known.get(f'{what}/{edit}')
      excused += reason is not None
      alive += reason is None
      said = f'changes nothing: {reason}' if reason else 'LIVES'
      print(f'{what}/{edit}  # {said}', flush=True)
  print(
    f'{what}, seed {seed}: {count} edits, {count - alive - excused} seen, '
    f'{excused} change nothing, {alive} live'
  )
  return 1 if alive else 0
