"""The settings under which everything is judged, by command line and pytest."""

import gc
import os
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import jax
import jaxlib
from flax import config

STRICT = {
  'jax_numpy_rank_promotion': 'raise',
  'jax_numpy_dtype_promotion': 'strict',
  'jax_debug_key_reuse': True,
}

# What runs a few times is not worth compiling well: a quarter of the time to
# compile is left. The first row's `apply` is compiled as usual, which is what
# the other says: what is optimised is tried too.
UNOPTIMISED: dict[str, str | bool] = {'xla_backend_optimization_level': '0'}
OPTIMISED: dict[str, str | bool] = {'xla_backend_optimization_level': '3'}
if jaxlib.version.__version_info__ < (0, 11):  # later ones have no choice
  UNOPTIMISED['xla_cpu_use_fusion_emitters'] = False
  OPTIMISED['xla_cpu_use_fusion_emitters'] = True


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


def compile_quickly() -> None:
  """XLA optimises nothing, unless its flags are set: before it is first used.

  Processes that this one starts do so too.
  """
  flags = (f'--{name}={value}'.lower() for name, value in UNOPTIMISED.items())
  os.environ.setdefault('XLA_FLAGS', ' '.join(flags))


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
