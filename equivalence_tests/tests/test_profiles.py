"""What conftest sets up is in force."""

import os
import subprocess
import sys
import warnings
from pathlib import Path

import jax
import jaxtyping
import pytest
from hypothesis import settings
from jax import numpy as jnp

from core_rnn.networks.dense.dense import Dense
from core_rnn.pure.dense.dense import dense_apply
from equivalence_tests.suite.strictness import (
  OPTIMISED,
  STRICT,
  UNOPTIMISED,
  compile_quickly,
)
from equivalence_tests.tests.conftest import PROFILES

PROBE = """
from hypothesis import settings

def test_probe():
  print('examples:', settings().max_examples, settings().derandomize)
"""


def probe(tmp_path, monkeypatch, *options, ci):
  """What a test sees of Hypothesis' settings, under our conftest."""
  conftest = Path(__file__).with_name('conftest.py').read_text()
  (tmp_path / 'conftest.py').write_text(conftest)
  (tmp_path / 'test_probe.py').write_text(PROBE)
  monkeypatch.delenv('CI', raising=False)
  if ci:
    monkeypatch.setenv('CI', 'true')
  command = [sys.executable, '-m', 'pytest', '-sq', '-c/dev/null', *options]
  done = subprocess.run(
    [*command, str(tmp_path)], capture_output=True, text=True, check=False
  )
  assert done.returncode == 0, done.stdout + done.stderr
  return done.stdout


def test_the_profile_for_ci_is_loaded_where_ci_is_set(tmp_path, monkeypatch):
  assert 'examples: 4 True' in probe(tmp_path, monkeypatch, ci=True)


def test_a_profile_of_the_command_line_comes_before(tmp_path, monkeypatch):
  option = '--hypothesis-profile=soak'
  assert 'examples: 1000 False' in probe(tmp_path, monkeypatch, option, ci=True)


def test_the_profile_of_this_run_is_the_one_that_was_asked_for(pytestconfig):
  usual = 'ci' if 'CI' in os.environ else 'dev'
  name = pytestconfig.getoption('--hypothesis-profile') or usual
  for option, value in PROFILES[name].items():
    assert getattr(settings(), option) == value


@pytest.mark.parametrize('name', STRICT)
def test_strictness_is_set(name):
  assert getattr(jax.config, name) == STRICT[name]


def test_ranks_do_not_promote():
  with pytest.raises(ValueError, match='rank'):
    jnp.ones((2, 3)) + jnp.ones(3)


def test_dtypes_do_not_promote():
  with pytest.raises(ValueError, match='promotion'):
    jnp.ones(3, jnp.bfloat16) + jnp.ones(3, jnp.float32)


def test_a_key_is_used_once():
  key = jax.random.key(0)
  jax.random.normal(key)
  with pytest.raises(jax.errors.KeyReuseError):
    jax.random.normal(key)


def test_a_warning_is_an_error():
  with pytest.raises(UserWarning, match='look'):
    warnings.warn('look', stacklevel=1)


def test_xla_optimises_nothing_unless_its_flags_are_set(monkeypatch):
  monkeypatch.delenv('XLA_FLAGS')  # which conftest has set
  compile_quickly()
  assert '--xla_backend_optimization_level=0' in os.environ['XLA_FLAGS']
  monkeypatch.setenv('XLA_FLAGS', '')
  compile_quickly()
  assert os.environ['XLA_FLAGS'] == ''


@pytest.mark.parametrize('options', [UNOPTIMISED, OPTIMISED])
def test_xla_takes_the_options_that_programs_are_compiled_with(options):
  program = jax.jit(lambda x: jnp.tanh(x) + 1).lower(jnp.ones(3))
  assert program.compile(options)(jnp.zeros(3)).sum() == 3


def test_annotations_are_checked():
  params = {'kernel': jnp.ones((2, 3)), 'bias': jnp.ones(3)}
  with pytest.raises(jaxtyping.TypeCheckError):
    dense_apply(Dense(3), params, jnp.ones((5, 2)))
