"""`char-rnn` in processes of its own, which begin at once, and can be killed.

They are forked from one that has imported all, and run nothing yet.
"""

import multiprocessing
import os
import socket
import sys
import time
from pathlib import Path

CONTEXT = multiprocessing.get_context('forkserver')
CONTEXT.set_forkserver_preload(['core_rnn.language_model.doing', __name__])


def command(arguments, log, environment):
  """Runs it, with what it says in a file."""
  os.environ.update(environment)
  with Path(log).open('w', encoding='utf-8') as file:
    os.dup2(file.fileno(), 1)
    os.dup2(file.fileno(), 2)
  sys.stdout = os.fdopen(1, 'w', buffering=1)
  sys.stderr = os.fdopen(2, 'w', buffering=1)
  sys.argv = ['char-rnn', *arguments]
  import jax

  from core_rnn.language_model.__main__ import main

  jax.config.update('jax_compilation_cache_dir', environment.get('CACHE'))
  jax.config.update('jax_persistent_cache_min_compile_time_secs', 0.0)
  jax.config.update('jax_persistent_cache_min_entry_size_bytes', -1)
  main()


def start(*arguments, log, **environment):
  """Begins it, and does not wait."""
  given = ([*map(str, arguments)], str(log), environment)
  process = CONTEXT.Process(target=command, args=given)
  process.start()
  return process


def finish(process, log, status=0):
  """Waits for it; it ended with the status."""
  process.join(120)
  assert process.exitcode == status, Path(log).read_text()
  return Path(log).read_text()


def await_file(path, process):
  """Waits until a file is there."""
  while not path.exists():
    assert process.is_alive()
    time.sleep(0.005)


def await_line(path, process):
  """Waits until a file has something in it."""
  await_file(path, process)
  while not path.stat().st_size:
    assert process.is_alive()
    time.sleep(0.005)


def free_port():
  """A port that nobody listens at."""
  with socket.socket() as found:
    found.bind(('127.0.0.1', 0))
    return found.getsockname()[1]
