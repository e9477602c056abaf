"""What is printed of edits that nothing sees, and why some need not be seen."""

from collections.abc import Iterable
from pathlib import Path

from equivalence_tests.meta.random_edits import Edit

UNCHANGING = Path(__file__).with_name('unchanging.txt')


def reasons() -> dict[str, str]:
  """Edit -> why it changes nothing, as the file beside says."""
  lines = UNCHANGING.read_text().splitlines()
  pairs = (line.rpartition('  # ') for line in lines if '  # ' in line)
  return {edit: reason for edit, _, reason in pairs}


def told(what: str, seed: int, judged: Iterable[tuple[Edit, bool]]) -> int:
  """Prints which of the edits live, and how many; 1 if one has no reason to.

  Args:
    what: was edited.
    seed: that the edits are drawn from.
    judged: each edit, and whether it lives, as soon as that is known.
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
