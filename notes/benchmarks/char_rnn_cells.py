"""Every cell of `char-rnn` on one text, all else being equal.

    uv run python notes/benchmarks/char_rnn_cells.py tinyshakespeare.txt

One layer of 256, 600 steps of 32 streams of 64 characters, which is 1.2 passes
over tinyshakespeare: what a few minutes on two cores are good for. Held out is
the last tenth, read in one piece by `char-rnn eval`, its state carried through.
What comes of it is printed, and kept in `char_rnn_cells.json`.
"""

import json
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import jax
from rich.console import Console
from rich.table import Table

from core_rnn.language_model import metrics
from core_rnn.language_model.loading import load

CELLS = ('concatenated', 'elman', 'gru', 'lstm', 'ssm', 'min_gru')
HOW = (
  *('--features', '256', '--batch-size', '32', '--block-size', '64'),
  *('--max-iters', '600', '--eval-interval', '600'),
  *('--learning-rate', '4e-3', '--weight-decay', '0.01'),
)


def char_rnn(*arguments: str) -> str:
  """What the command prints."""
  command = [sys.executable, '-m', 'core_rnn.language_model', *arguments]
  done = subprocess.run(command, capture_output=True, text=True, check=True)
  return done.stdout


def row_of(text: str, cell: str, out_dir: Path) -> dict[str, Any]:
  """A cell trained and judged."""
  folder = '--out-dir', str(out_dir)
  char_rnn('train', text, '--cell', cell, *HOW, *folder)
  said = char_rnn('eval', *folder)
  found = re.search(r'([\d.]+) nats, ([\d.]+) bits', said)
  assert found is not None, said
  variables = load(out_dir, 'last', 'pure').variables
  rates = [
    line['characters_per_second']
    for line in metrics.read(out_dir / 'metrics.jsonl')
    if 'characters_per_second' in line
  ]
  return {
    'cell': cell,
    'nats': float(found[1]),
    'bits': float(found[2]),
    'parameters': sum(leaf.size for leaf in jax.tree.leaves(variables)),
    'characters a second': round(statistics.median(rates)),
  }


def main() -> None:
  """Trains every cell in turn, prints, and keeps what came of it."""
  (text,) = sys.argv[1:]
  table = Table('cell', 'nats', 'bits', 'parameters', 'characters a second')
  found = []
  with tempfile.TemporaryDirectory() as folder:
    for cell in CELLS:
      found.append(row_of(text, cell, Path(folder) / cell))
      table.add_row(*(str(value) for value in found[-1].values()))
  found.sort(key=lambda row: row['nats'])
  Path(__file__).with_suffix('.json').write_text(json.dumps(found, indent=1))
  Console().print(table)


if __name__ == '__main__':
  main()
