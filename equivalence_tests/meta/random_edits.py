"""Random edits of Python files: each changes one place, and still parses.

An edit replaces the text of one expression or statement: an operation by one of
its operands, a call by its argument, a constant by another, a condition by its
negation, a statement by `pass`; or it drops or swaps arguments. Docstrings,
annotations and imports are not edited, since they compute nothing.
"""

import ast
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

OTHERS = {
  ast.Add: '-',
  ast.Sub: '+',
  ast.Mult: '/',
  ast.Div: '*',
  ast.MatMult: '*',
  ast.FloorDiv: '*',
  ast.Mod: '*',
  ast.Pow: '*',
  ast.BitAnd: '|',
  ast.BitOr: '&',
  ast.BitXor: '|',
  ast.LShift: '>>',
  ast.RShift: '<<',
  ast.Lt: '<=',
  ast.LtE: '<',
  ast.Gt: '>=',
  ast.GtE: '>',
  ast.Eq: '!=',
  ast.NotEq: '==',
  ast.Is: 'is not',
  ast.IsNot: 'is',
  ast.In: 'not in',
  ast.NotIn: 'in',
}

MODULES = frozenset(
  'ast core functools inspect jax jnp lax lift nn np st'.split()
)
Node = ast.expr | ast.stmt


class Edit(NamedTuple):
  """The replacement of a piece of a file by another text.

  Attributes:
    file: the name of the file.
    start: the position of the first character of the piece.
    end: the position after its last character.
    old: the text of the piece.
    new: the text in its place.
    line: the line of the file in which the piece begins.
  """

  file: str
  start: int
  end: int
  old: str
  new: str
  line: str

  def apply(self, text: str) -> str:
    """Return the text of the file with the edit."""
    assert text[self.start : self.end] == self.old
    return text[: self.start] + self.new + text[self.end :]

  def __str__(self) -> str:
    """Return one line: the file, the line of it, old and new."""
    old, new = (' '.join(piece.split()) for piece in (self.old, self.new))
    return f'{self.file}: {self.line}: {old} -> {new}'


def drawn(files: Mapping[str, Path], seed: int, count: int) -> list[Edit]:
  """Draw as many edits of the files as asked for, no two the same."""
  every = [edit for name in files for edit in edits_of(name, files[name])]
  return Random(seed).sample(every, min(count, len(every)))


def edits_of(name: str, file: Path) -> Iterator[Edit]:
  """Yield every edit of a file that still parses."""
  text = file.read_text()
  raw, lines, place = text.encode(), text.splitlines(), places(text)

  def source(node: Node) -> str:
    begin, end = place(node)
    return raw[begin:end].decode()

  for node in computing(ast.parse(text)):
    for new in replacements(node, source):
      begin, end = (len(raw[:at].decode()) for at in place(node))
      old = source(node)
      line = lines[node.lineno - 1].strip()
      edit = Edit(name, begin, end, old, new, line)
      if new != old and parses(edit.apply(text)):
        yield edit


def places(text: str) -> Callable[[Node], tuple[int, int]]:
  """Return a function from a node of a text to its place, in bytes."""
  starts = [0]
  for line in text.splitlines(keepends=True):
    starts.append(starts[-1] + len(line.encode()))

  def place(node: Node) -> tuple[int, int]:
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    begin = starts[node.lineno - 1] + node.col_offset
    return begin, starts[node.end_lineno - 1] + node.end_col_offset

  return place


def parses(text: str) -> bool:
  """Return whether a text is a Python program."""
  try:
    ast.parse(text)
  except SyntaxError:
    return False
  return True


def computing(node: ast.AST) -> Iterator[Node]:
  """Yield the expressions and statements of a tree that compute something."""
  for field, value in ast.iter_fields(node):
    if field in ('annotation', 'returns', 'type_params'):
      continue
    for child in value if isinstance(value, list) else [value]:
      if isinstance(child, ast.Import | ast.ImportFrom) or is_text(child):
        continue
      if isinstance(child, ast.expr | ast.stmt):
        yield child
      if isinstance(child, ast.AST):
        yield from computing(child)


def is_text(node: object) -> bool:
  """Return whether a node is a docstring or a part of a message."""
  if isinstance(node, ast.Expr):
    return is_text(node.value)
  if isinstance(node, ast.JoinedStr):
    return True
  return isinstance(node, ast.Constant) and isinstance(node.value, str)


def replacements(node: Node, source: Any) -> Iterator[str]:
  """Yield the texts that can replace a node."""
  match node:
    case ast.BinOp() | ast.Compare() | ast.BoolOp() | ast.UnaryOp():
      yield from operations(node, source)
    case ast.Constant(value):
      yield from constants(value)
    case ast.IfExp(_, body, orelse):
      yield source(body)
      yield source(orelse)
    case ast.Call():
      yield from calls(node, source)
    case ast.Tuple([_, _, *_] as elements) | ast.List([_, _, *_] as elements):
      first, second, *rest = map(source, elements)
      yield f'({", ".join([second, first, *rest])})'
    case ast.Dict(keys, [_, *_] as values) if None not in keys:
      items = zip(keys, values, strict=True)
      pairs = [f'{source(k)}: {source(v)}' for k, v in items if k]
      for i in range(len(pairs)):
        yield f'{{{", ".join(pairs[:i] + pairs[i + 1 :])}}}'
    case ast.Subscript(value, ast.Slice()):
      yield source(value)
    case ast.If(test):
      text = source(node)
      yield text.replace(source(test), f'not ({source(test)})', 1)
    case ast.Assign() | ast.Expr() | ast.AugAssign() | ast.Raise():
      yield 'pass'


def operations(node: Node, source: Any) -> Iterator[str]:
  """Yield an operation with another operator, and its operands."""
  match node:
    case ast.BinOp(left, operator, right):
      yield f'{source(left)} {OTHERS[type(operator)]} {source(right)}'
      yield source(left)
      yield source(right)
    case ast.Compare(left, [operator], [right]):
      yield f'{source(left)} {OTHERS[type(operator)]} {source(right)}'
    case ast.BoolOp(operator, values):
      word = ' and ' if isinstance(operator, ast.Or) else ' or '
      yield word.join(source(value) for value in values)
      yield source(values[0])
      yield source(values[-1])
    case ast.UnaryOp(_, operand):
      yield source(operand)


def constants(value: Any) -> Iterator[str]:
  """Yield the numbers next to a number, the other bool, or 0 for None."""
  if isinstance(value, bool):
    yield str(not value)
  elif isinstance(value, int | float):
    yield repr(value + 1)
    yield repr(value - 1)
  elif value is None:
    yield '0'


def calls(node: ast.Call, source: Any) -> Iterator[str]:
  """Yield the arguments of a call, and calls with one less or two swapped."""
  name = source(node.func)
  args = [source(arg) for arg in node.args]
  keywords = [source(keyword) for keyword in node.keywords]
  call = lambda args, keywords: f'{name}({", ".join([*args, *keywords])})'
  match node.func:
    case ast.Attribute(ast.Name(module)) if module in MODULES:
      pass
    case ast.Attribute(value):
      yield source(value)  # x.astype(dtype) -> x
  yield from args
  for i in range(len(args)):
    yield call(args[:i] + args[i + 1 :], keywords)
  for i in range(len(keywords)):
    yield call(args, keywords[:i] + keywords[i + 1 :])
  for i in range(len(args) - 1):
    swapped = [*args[:i], args[i + 1], args[i], *args[i + 2 :]]
    yield call(swapped, keywords)
