"""Print the edits that survive, and why some of them change nothing."""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatch
from pathlib import Path

from equivalence_tests.meta.random_edits import Edit

UNCHANGING = Path(__file__).with_name('unchanging.txt')


def reasons() -> dict[str, str]:
  """Return the edits that change nothing, each with its reason in the file.

  An edit begins with the name of its file, which may be a pattern of several
  files, as `scope/*.py`.
  """
  lines = UNCHANGING.read_text().splitlines()
  pairs = (line.rpartition('  # ') for line in lines if '  # ' in line)
  return {edit: reason for edit, _, reason in pairs}


def reason_for(edit: str, known: Mapping[str, str]) -> str | None:
  """Return the reason why an edit changes nothing; None if there is none."""
  if edit in known:
    return known[edit]
  file, _, change = edit.partition(': ')
  for other, reason in known.items():
    pattern, _, same = other.partition(': ')
    if change == same and fnmatch(file, pattern):
      return reason
  return None


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
      reason = reason_for(f'{what}/{edit}', known)
      excused += reason is not None
      alive += reason is None
      said = f'changes nothing: {reason}' if reason else 'LIVES'
      print(f'{what}/{edit}  # {said}', flush=True)
  print(
    f'{what}, seed {seed}: {count} edits, {count - alive - excused} seen, '
    f'{excused} change nothing, {alive} live'
  )
  return 1 if alive else 0
