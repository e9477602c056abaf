"""What a run keeps, shows and hands on, block after block."""

import signal
from dataclasses import replace

import pytest
from rich.console import Console

from core_rnn.language_model import preparing, runs
from core_rnn.language_model.checkpoints import newest
from core_rnn.language_model.progress import Watch
from core_rnn.language_model.settings import Settings
from equivalence_tests.tests.language_model.conftest import TEXT, WAY

SETTINGS = Settings(
  features=(3,), batch_size=2, block_size=5, max_iters=8, eval_interval=2
)


@pytest.fixture
def run(tmp_path):
  """Of four looks at the held-out text."""
  return preparing.run_of(TEXT, None, SETTINGS, WAY, 1, tmp_path)


def carry_out(run, state, best):
  """To the end; what it says."""
  with (run.out_dir / 'said').open('w') as file:
    watch = Watch(Console(file=file), run.out_dir, 0, 8)
    assert runs.train(run, state, best, watch)
  return (run.out_dir / 'said').read_text()


def test_the_best_is_that_with_the_least_held_out_loss(run, monkeypatch):
  losses = iter([3.0, 2.0, 4.0, 2.5])
  monkeypatch.setattr(runs, 'judging', lambda *_: lambda _: next(losses))
  said = carry_out(run, runs.beginning(run), float('inf'))
  assert newest(run.out_dir, 'best')[0].step == 4
  last, _ = newest(run.out_dir, 'last')
  assert last.step == 8
  assert last.about['best'] == 2.0
  looks = [line for line in said.splitlines() if line.startswith('step')]
  best = [line.endswith('the best') for line in looks]
  assert best == [True, True, False, False]


def test_what_was_the_best_before_stays_it(run, monkeypatch):
  monkeypatch.setattr(runs, 'judging', lambda *_: lambda _: 3.0)
  carry_out(run, runs.beginning(run), 2.5)
  assert not (run.out_dir / 'best').exists()


def test_a_sample_is_shown_at_each_look(run, monkeypatch):
  """What makes it is given to a run, and sees the variables."""
  monkeypatch.setattr(runs, 'judging', lambda *_: lambda _: 3.0)
  seen = []
  run = run._replace(sample=lambda variables: seen.append(variables) or 'Hi!')
  said = carry_out(run, runs.beginning(run), 2.5)
  assert said.count('Hi!\n') == 4
  assert 'params' in seen[0]


@pytest.mark.parametrize(
  ('stop', 'kept'), [(3, [0, 3]), (4, [0, 4]), (7, [0, 4, 7])]
)
def test_where_it_is_interrupted_it_is_saved_and_nothing_twice(
  run, monkeypatch, stop, kept
):
  """Before it begins, at each look, and where it stops if that is no look."""
  settings = replace(SETTINGS, eval_interval=4, log_interval=1)
  run = run._replace(settings=settings)
  saved, keep = [], runs.keep

  def noted(run, kind, state, best):
    saved.extend([int(state.step)] * (kind == 'last'))
    keep(run, kind, state, best)

  class Interrupting(Watch):
    def trained(self, step, nats, rate):
      super().trained(step, nats, rate)
      if step == stop:
        signal.raise_signal(signal.SIGINT)

  monkeypatch.setattr(runs, 'keep', noted)
  watch = Interrupting(Console(quiet=True), run.out_dir, 0, 8)
  assert not runs.train(run, runs.beginning(run), float('inf'), watch)
  assert saved == kept
  assert newest(run.out_dir, 'last')[0].step == stop


def test_a_state_that_was_kept_is_gone_on_with_to_the_bit(run):
  state = runs.beginning(run)
  runs.keep(run, 'last', state, 1.0)
  kept, _ = newest(run.out_dir, 'last')
  runs.keep(run, 'best', runs.going_on(run, kept), 1.0)
  again, _ = newest(run.out_dir, 'best')
  assert again.about == kept.about
