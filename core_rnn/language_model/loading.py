"""The model that settings say, and what was saved of one."""

from pathlib import Path
from typing import Any, NamedTuple

import jax
from jax import numpy as jnp

from core_rnn.language_model import checkpoints, settings, ways
from core_rnn.language_model.misuse import Misuse
from core_rnn.language_model.settings import Settings
from core_rnn.language_model.text import Vocabulary
from core_rnn.language_model.trees import grown
from core_rnn.model import Model
from core_rnn.types import Variables


class Loaded(NamedTuple):
  """What was trained.

  Attributes:
    model: of tokens [batch, time]; nothing is dropped.
    variables: the trained ones.
    vocabulary: what tokens mean.
    settings: how it was trained.
    about: what else was saved.
    step: after how many steps.
  """

  model: Model
  variables: Variables
  vocabulary: Vocabulary
  settings: Settings
  about: dict[str, Any]
  step: int


def model_of(
  s: Settings, vocabulary: Vocabulary, way: str, deterministic: bool
) -> Model:
  """The network of tokens [batch, time] that the settings say, in this way.

  Raises:
    Misuse: the way refuses them.
  """
  try:
    return ways.factory(way)(
      vocabulary=len(vocabulary),
      features=s.features,
      cell=s.cell,
      embedding=s.embedding,
      rate=s.dropout,
      deterministic=deterministic or not s.dropout,
      residual=s.residual,
      learned_carry=s.learned_carry,
      deferred=s.loop == 'deferred',
      dtype=s.dtype,
    )
  except (TypeError, ValueError) as error:
    raise Misuse(str(error)) from None


def load(out_dir: Path, kind: str, way: str) -> Loaded:
  """The best or the last of a run: variables [...], and what they are of.

  Raises:
    Misuse: there is no whole checkpoint, or it is of another network.
  """
  checkpoint, _ = checkpoints.newest(out_dir, kind)
  about = checkpoint.about
  saved = settings.read(about['settings'])
  vocabulary = Vocabulary(about['vocabulary'])
  model = model_of(saved, vocabulary, way, deterministic=True)
  tokens = jnp.zeros((1, 1), jnp.int32)
  like = jax.eval_shape(model.init, {'params': jax.random.key(0)}, tokens)
  prefix = 'variables.'
  arrays = {
    name.removeprefix(prefix): array
    for name, array in checkpoint.arrays.items()
    if name.startswith(prefix)
  }
  variables = jax.tree.map(jnp.asarray, grown(arrays, like))
  return Loaded(model, variables, vocabulary, saved, about, checkpoint.step)
