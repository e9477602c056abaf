"""Losses as they come: a line of JSON each, and the curve that they make."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

NAMES = {'loss': 'training', 'val_loss': 'held out'}

Point = tuple[int, float]
"""A step and a loss there, of shape []."""


class Metrics:
  """A folder's metrics.jsonl, a line a step [], and the picture of them.

  Attributes:
    lines: all so far.
  """

  def __init__(self, folder: Path, step: int, writes: bool) -> None:
    """Goes on after a step; what was written of later ones is dropped."""
    self.folder, self.writes = folder, writes
    self.path = folder / 'metrics.jsonl'
    self.lines = [line for line in read(self.path) if line['step'] <= step]
    if writes:
      replace(self.path, ''.join(map(line_of, self.lines)))

  def add(self, **values: Any) -> None:
    """One more line, of numbers []."""
    self.lines.append(values)
    if self.writes:
      with self.path.open('a', encoding='utf-8') as file:
        file.write(line_of(values))

  def draw(self) -> None:
    """Writes the curves of [points] as a picture."""
    if self.writes:
      curves = {said: self.points(name) for name, said in NAMES.items()}
      replace(self.folder / 'loss.svg', picture(curves))

  def points(self, name: str) -> list[Point]:
    """Where a loss of this name was found: [points]."""
    return [(m['step'], m[name]) for m in self.lines if name in m]


def replace(path: Path, text: str) -> None:
  """Writes a text [characters], whole or not at all."""
  new = path.with_suffix('.new')
  new.write_text(text, encoding='utf-8')
  new.replace(path)


def line_of(values: Any) -> str:
  """Numbers [] as one line."""
  return json.dumps(values) + '\n'


def read(path: Path) -> list[dict[str, Any]]:
  """The lines [lines] of a file, but for one that a kill has cut short."""
  if not path.exists():
    return []
  lines = path.read_text(encoding='utf-8').splitlines(keepends=True)
  return [json.loads(line) for line in lines if line.endswith('}\n')]


def scale(points: Sequence[Point]) -> tuple[Point, Point]:
  """Least and greatest step and loss of points [points], never the same."""
  xs, ys = zip(*points, strict=True)
  low, high = min(ys), max(ys)
  return (min(xs), low), (max(max(xs), min(xs) + 1), max(high, low + 1e-9))


def picture(
  curves: Mapping[str, Sequence[Point]], sizes: Point = (640, 400)
) -> str:
  """Curves by name, each of [points], as SVG.

  Args:
    curves: of what each is called.
    sizes: width and height, in pixels.
  """
  (left, low), (right, high) = scale([p for c in curves.values() for p in c])
  width, height = map(float, sizes)
  edge, colours = 50.0, ('#1f77b4', '#d62728')

  def place(point: Point) -> str:
    x = edge + (point[0] - left) / (right - left) * (width - 2 * edge)
    y = height - edge - (point[1] - low) / (high - low) * (height - 2 * edge)
    return f'{x:.1f},{y:.1f}'

  parts = [label(edge, height - edge / 2, f'step {left}')]
  parts += [label(width - 2 * edge, height - edge / 2, f'{right}')]
  parts += [
    label(2.0, height - edge, f'{low:.3f}'),
    label(2.0, edge, f'{high:.3f}'),
  ]
  for number, (name, points) in enumerate(curves.items()):
    line, colour = ' '.join(map(place, points)), colours[number]
    parts.append(f'<polyline fill="none" stroke="{colour}" points="{line}"/>')
    parts.append(label(width / 2, edge / 2 + 14 * number, name, colour))
  return (
    f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
    f' font-family="sans-serif" font-size="12">'
    f'<rect width="100%" height="100%" fill="white"/>{"".join(parts)}</svg>\n'
  )


def label(x: float, y: float, text: str, colour: str = 'black') -> str:
  """Words at a place, of shape []."""
  return f'<text x="{x:g}" y="{y:g}" fill="{colour}">{text}</text>'


def plot(points: Sequence[Point], width: int, height: int = 10) -> list[str]:
  """A curve of [points] as rows of text [height], a mark in each column."""
  (left, low), (right, high) = scale(points)
  marks: dict[int, list[float]] = {}
  for x, y in points:
    column = round((x - left) / (right - left) * (width - 1))
    marks.setdefault(column, []).append(y)
  rows = [[' '] * width for _ in range(height)]
  for column, ys in marks.items():
    share = (sum(ys) / len(ys) - low) / (high - low)
    rows[round((1 - share) * (height - 1))][column] = '•'
  ends = {0: f'{high:8.3f} ┤', height - 1: f'{low:8.3f} ┤'}
  return [
    ends.get(place, ' ' * 8 + ' │') + ''.join(row).rstrip()
    for place, row in enumerate(rows)
  ]
