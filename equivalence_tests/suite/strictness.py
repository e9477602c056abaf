"""The settings under which everything is judged, by command line and pytest."""

import gc
import os
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import jax
from flax import config

STRICT = {
  'jax_numpy_rank_promotion': 'raise',
  'jax_numpy_dtype_promotion': 'strict',
  'jax_debug_key_reuse': True,
}


def be_strict() -> None:
  """Ranks and dtypes never promote, keys are used once, warnings are errors."""
  for name, value in STRICT.items():
    jax.config.update(name, value)
  warnings.simplefilter('error')


def cache_folder() -> Path:
  """Where compiled programs are kept from one run to the next."""
  base = os.environ.get('XDG_CACHE_HOME') or Path.home() / '.cache'
  return Path(base) / 'lifted-rnn'


def kept_compiled(folder: Path) -> dict[str, str | float | int]:
  """The settings of JAX that keep what XLA compiles, however small."""
  return {
    'jax_compilation_cache_dir': str(folder),
    'jax_persistent_cache_min_compile_time_secs': 0.0,
    'jax_persistent_cache_min_entry_size_bytes': -1,
  }


def keep_compiled(folder: Path) -> None:
  """Keeps what XLA compiles in the folder, however small, for the next run."""
  for name, value in kept_compiled(folder).items():
    jax.config.update(name, value)


def collect_seldom() -> None:
  """Python looks for garbage less often.

  To trace makes objects by the million, few of which are in cycles: to look
  through them all again and again takes a tenth of the time. None is frozen:
  Hypothesis asks the collector what refers to a random generator, and warns of
  one that nothing is seen to refer to.
  """
  gc.set_threshold(50_000, 20, 100)


def width(dtype: str) -> AbstractContextManager[None]:
  """Inside, 64-bit numbers exist if the dtype is one, and not otherwise."""
  return jax.enable_x64(dtype == 'float64')


@contextmanager
def flax_flag(name: str, value: bool) -> Iterator[None]:
  """Inside, the flag of Flax has the value."""
  before = getattr(config, name)
  config.update(name, value)
  try:
    yield
  finally:
    config.update(name, before)
