"""Run functions in forked processes, each with its own copy of the packages.

The parent has imported JAX, which takes seconds, and has not used it: JAX has
no threads yet, so a fork is safe. A child forgets the modules of the packages
and imports those of a copy, which takes a third of a second.
"""

import importlib
import itertools
import multiprocessing
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, NamedTuple

from equivalence_tests.meta.copies import PACKAGES, copied

Beat = Callable[[], None]
"""What a child calls before each step that has a time limit."""


class Job(NamedTuple):
  """A call of a function in a copy of the packages.

  Attributes:
    module: the module of the function, which the child imports from the copy.
    function: its name; it is called with a `Beat`, then with args.
    args: the other arguments.
    change: changes the copy, whose folder it is called with; None for the
      packages as they are.
  """

  module: str
  function: str
  args: tuple[Any, ...]
  change: Callable[[Path], None] | None = None


class Lost(NamedTuple):
  """Why a job has no result: an exception, a crash, or its time limit."""

  reason: str


class Child:
  """A process that runs a job, and what it has sent so far."""

  def __init__(self, number: int, job: Job):
    """Start the process; the copy lives as long as it does."""
    self.number, self.stack = number, ExitStack()
    folder = None
    if job.change is not None:
      folder = self.stack.enter_context(copied())
      job.change(folder)
    context = multiprocessing.get_context('fork')
    self.connection, other = context.Pipe(duplex=False)
    self.process = context.Process(target=run, args=(other, job, folder))
    self.process.start()
    other.close()
    self.beat = time.monotonic()
    self.result: Any = None

  def receive(self) -> bool:
    """Take what the process has sent; return whether it has ended."""
    try:
      while self.connection.poll():
        kind, value = self.connection.recv()
        if kind == 'beat':
          self.beat = value
          continue
        self.result = Lost(value) if kind == 'lost' else value
        return True
    except EOFError:
      self.result = Lost('crash')
      return True
    return False

  def end(self) -> None:
    """End the process, and remove the copy."""
    self.connection.close()
    self.process.kill()
    self.process.join()
    self.stack.close()


def run(connection: Connection, job: Job, folder: Path | None) -> None:
  """Run a job in the child; send a beat at each step, then the result.

  All of it is plain data: a class of the packages is another one in the parent.
  """
  for name in [n for n in sys.modules if n.split('.')[0] in PACKAGES]:
    del sys.modules[name]
  if folder is not None:
    sys.path.insert(0, str(folder))
  sys.dont_write_bytecode = True
  importlib.invalidate_caches()
  beat = lambda: connection.send(('beat', time.monotonic()))
  try:
    function = getattr(importlib.import_module(job.module), job.function)
    connection.send(('result', function(beat, *job.args)))
  except BaseException as error:
    connection.send(('lost', type(error).__name__))


def results(
  jobs: Iterable[Job], processes: int, seconds: float
) -> Iterator[Any]:
  """Yield the results of jobs in their order, `Lost` for one without.

  Args:
    jobs: what to run.
    processes: how many jobs run at once.
    seconds: time limit between two beats of a job.
  """
  waiting, done = enumerate(jobs), dict[int, Any]()
  children: list[Child] = []
  try:
    for number in itertools.count():
      while number not in done:
        for due in itertools.islice(waiting, processes - len(children)):
          children.append(Child(*due))
        if not children:
          return
        for child in ended(children, seconds):
          children.remove(child)
          done[child.number] = child.result
      yield done.pop(number)
  finally:
    for child in children:
      child.end()


def ended(children: Sequence[Child], seconds: float) -> Iterator[Child]:
  """Wait a second at most, and yield the children that have ended.

  One that has sent no beat for longer than its time limit is killed.
  """
  wait([child.connection for child in children], timeout=1)
  for child in [*children]:
    has_ended = child.receive()
    if not has_ended and time.monotonic() - child.beat > seconds:
      child.result, has_ended = Lost('time limit'), True
    if has_ended:
      child.end()
      yield child
