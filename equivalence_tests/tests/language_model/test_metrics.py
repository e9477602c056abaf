"""Losses on disk, as a picture, and as text."""

import json
from xml.etree import ElementTree

from core_rnn.language_model.metrics import Metrics, picture, plot


def lines(folder):
  return (folder / 'metrics.jsonl').read_text().splitlines()


def test_what_was_written_after_a_step_is_dropped_when_it_goes_on(tmp_path):
  before = Metrics(tmp_path, 0, writes=True)
  for step in (5, 10, 15):
    before.add(step=step, loss=1.0)
  after = Metrics(tmp_path, 10, writes=True)
  assert after.points('loss') == [(5, 1.0), (10, 1.0)]
  after.add(step=15, loss=2.0)
  steps = [json.loads(line)['step'] for line in lines(tmp_path)]
  assert steps == [5, 10, 15]


def test_a_line_that_a_kill_has_cut_short_is_dropped(tmp_path):
  (tmp_path / 'metrics.jsonl').write_text(
    '{"step": 5, "loss": 1.0}\n{"step": 1'
  )
  assert Metrics(tmp_path, 9, writes=True).points('loss') == [(5, 1)]
  assert len(lines(tmp_path)) == 1


def test_of_many_processes_one_writes(tmp_path):
  Metrics(tmp_path, 0, writes=False).add(step=5, loss=1.0)
  assert not [*tmp_path.iterdir()]


def test_a_picture_has_a_line_for_each_curve_within_its_frame():
  curves = {'one': [(0, 3.0), (10, 1.0)], 'other': [(5, 2.0)]}
  root = ElementTree.fromstring(picture(curves))
  lines = [e.get('points') for e in root if e.tag.endswith('polyline')]
  assert lines == ['50.0,50.0 590.0,350.0', '320.0,200.0']


def test_a_plot_falls_from_the_left_to_the_right():
  rows = plot([(0, 3.0), (1, 2.0), (2, 1.0)], width=5, height=3)
  assert rows == ['   3.000 ┤•', '         │  •', '   1.000 ┤    •']


def test_a_flat_curve_can_be_shown():
  assert '•' in ''.join(plot([(1, 2.0)], width=5))
  assert 'nan' not in picture({'one': [(1, 2.0), (2, 2.0)]})
