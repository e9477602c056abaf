"""`char-rnn`: train a character language model, judge it, let it write."""

import sys
from importlib import metadata
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

from core_rnn.language_model.prompts import Request
from core_rnn.language_model.settings import (
  Settings,
  Switch,
  check,
  given_in,
)

Text = Annotated[str | None, Parameter(allow_leading_hyphen=True)]
Kind = Literal['best', 'last']

app = App(
  name='char-rnn',
  help='Train a character language model, judge it, and let it write.',
  version=metadata.version('lifted-rnn'),
  version_format='plaintext',
)


@app.command
def train(
  text: Text = None,
  /,
  *,
  out_dir: Path = Path('out'),
  resume: Switch = False,
  way: str = 'pure',
  devices: int | None = None,
  coordinator: str | None = None,
  processes: int = 1,
  process: int = 0,
  settings: Annotated[Settings, Parameter(name='*')] = Settings(),
) -> int:
  """Train on a text: its streams are [batch, time] characters a step.

  Ctrl-C, or a kill, loses little: --resume goes on as if nothing had been.

  Parameters
  ----------
  text
    A file in UTF-8, a directory of them, or - for standard input; if not
    given, Python's own reference.
  out_dir
    Where checkpoints (last, best), metrics.jsonl and loss.svg go.
  resume
    Go on from the last checkpoint in --out-dir, with the settings saved there.
  way
    Who has the network: pure, scope, linen, or a package with
    language.char_rnn. It changes nothing but how fast it starts.
  devices
    How many to deal the batch among; if not given, as many as it goes into.
  coordinator
    HOST:PORT of the first of several processes that train one model together.
  processes
    How many they are.
  process
    Which of them this is, from 0 on.
  settings
    All else that it depends on.
  """
  check(settings)
  if coordinator:
    import jax

    jax.distributed.initialize(coordinator, processes, process)
  from core_rnn.language_model.doing import trained

  given = given_in(sys.argv, settings)
  return trained(text, out_dir, resume, way, devices, settings, given)


@app.command(name='eval')
def evaluate(
  text: Text = None,
  /,
  *,
  out_dir: Path = Path('out'),
  checkpoint: Kind = 'best',
  way: str = 'pure',
  batch_size: int = 1,
) -> int:
  """Judge a trained model: its mean loss over a text [characters].

  Parameters
  ----------
  text
    What to judge by: a file, a directory, or - for standard input. If not
    given, the part of the training text that was held out.
  out_dir
    Where it was trained into.
  checkpoint
    Which one: the best by held-out loss, or the last.
  way
    Who has the network, as in train.
  batch_size
    Streams to cut the text into, each of which begins with no memory: 1 reads
    it as a whole; more are faster.
  """
  from core_rnn.language_model.doing import evaluated

  return evaluated(text, out_dir, checkpoint, way, batch_size)


@app.command
def sample(
  *,
  out_dir: Path = Path('out'),
  checkpoint: Kind = 'best',
  way: str = 'pure',
  request: Request = Request(),
) -> int:
  """Let a trained model write: characters [characters] after a prompt.

  Parameters
  ----------
  out_dir
    Where it was trained into.
  checkpoint
    Which one: the best by held-out loss, or the last.
  way
    Who has the network, as in train.
  request
    How it goes on from which prompt.
  """
  from core_rnn.language_model import loading, sampling

  found = loading.load(out_dir, checkpoint, way)
  made = found.model, found.variables, found.vocabulary
  return sampling.sample(*made, request)
