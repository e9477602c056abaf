"""The `columns` directive: the same concept in each way, side by side.

    ```{columns} elman
    :pure: elman.apply.step
    :scope: elman.step
    :linen: ElmanCell.__call__
    ```

Each option names what to take from the way's `elman.py`: a function or class
by its qualified name, or `name:target`, the statement in it that assigns to
target; `name:return` is what it returns, and `:target` a statement of the file.
Several are set below each other. A name that is not in the source is a warning,
and so fails the build.
"""

import ast
import textwrap
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from equivalence_tests.suite.ways import OWN, find

Scope = ast.Module | ast.FunctionDef | ast.ClassDef


def cut(source: str, place: str) -> str:
  """The lines of the source at a place, as they stand, less their margin.

  Raises:
    LookupError: the source has no such place.
  """
  name, _, target = place.partition(':')
  node = definition(ast.parse(source), name)
  if target:
    node = statement(node, target)
  first = min([node.lineno, *(d.lineno for d in decorators(node))])
  lines = source.splitlines()[first - 1 : node.end_lineno]
  return textwrap.dedent('\n'.join(lines))


def decorators(node: ast.AST) -> list[ast.expr]:
  """The decorators of a definition."""
  return getattr(node, 'decorator_list', [])


def definition(tree: Scope, name: str) -> Any:
  """The function or class of a qualified name.

  Raises:
    LookupError: there is none.
  """
  node: Any = tree
  for part in filter(None, name.split('.')):
    for inner in node.body:
      if getattr(inner, 'name', None) == part:
        node = inner
        break
    else:
      raise LookupError(f'no {part!r} of {name!r}')
  return node


def statement(scope: Any, target: str) -> ast.stmt:
  """The first statement of a function that assigns to target, or returns.

  Raises:
    LookupError: there is none.
  """
  for node in scope.body:
    if isinstance(node, ast.Return) and target == 'return':
      return node
    if isinstance(node, ast.If):
      body = [n for n in node.body if target in assigned(n)]
      if body:
        return node
    if target in assigned(node):
      return node
  where = getattr(scope, 'name', 'the file')
  raise LookupError(f'nothing in {where!r} assigns to {target!r}')


def assigned(node: ast.stmt) -> list[str]:
  """The names that a statement assigns to."""
  targets = node.targets if isinstance(node, ast.Assign) else []
  return [ast.unparse(target) for target in targets]


class Columns(SphinxDirective):
  """Sets what each way has for a concept side by side."""

  required_arguments = 1
  option_spec: ClassVar = {way: directives.unchanged_required for way in OWN}

  def run(self) -> list[nodes.Node]:
    """A row of columns, one a way."""
    (model,) = self.arguments
    row = nodes.container(classes=['columns'])
    for name, package in OWN.items():
      way = find(name)
      source = way.source(model)
      try:
        parts = [cut(source, place) for place in self.options[name].split()]
      except (KeyError, LookupError) as error:
        raise self.error(f'columns: {package}: {model}: {error}') from error
      code = '\n\n'.join(parts)
      block = nodes.literal_block(code, code, language='python')
      title = nodes.paragraph('', '', nodes.literal('', f'{way.module(model)}'))
      row += nodes.container(
        '', title, block, classes=['column', f'way-{name}']
      )
    return [row]


def setup(app: Sphinx) -> dict[str, Any]:
  """Adds the directive."""
  app.add_directive('columns', Columns)
  return {'version': '1', 'parallel_read_safe': True}
