"""The oracle stands alone, its derivatives are its differences, and it sees."""

import ast
import functools
import importlib
import inspect
import itertools
import pkgutil

import jax
import numpy as np
import pytest
from jax import numpy as jnp

from equivalence_tests.meta.deaf import as_it_is, ignoring, remade
from equivalence_tests.suite import oracle
from equivalence_tests.suite.cases import Example, Setting, hyperparameters
from equivalence_tests.suite.compare import Disagreement, leaves
from equivalence_tests.suite.covering import (
  covering,
  levels,
  names_of_code,
  parameters,
)
from equivalence_tests.suite.judge import (
  Plan,
  Trials,
  check_one,
  judge,
  not_judged,
  tried,
)
from equivalence_tests.suite.models import CASES
from equivalence_tests.suite.oracle import rounding
from equivalence_tests.suite.oracle.attention import softmax
from equivalence_tests.suite.oracle.cells import convolution, flax_elman
from equivalence_tests.suite.oracle.rounding import (
  as_input,
  clipped_back,
  exact,
  pull_back,
  stopped,
)
from equivalence_tests.suite.oracle.variables import VARIABLES
from equivalence_tests.suite.programs import programs_of
from equivalence_tests.suite.strictness import OPTIMISED, width
from equivalence_tests.suite.terms import (
  float64_loop,
  in_bound,
)
from equivalence_tests.suite.trial import Trial, derivative_ins
from equivalence_tests.suite.ways import OWN, find
from equivalence_tests.terminal.report import Report

WAYS = [find(name) for name in OWN]
PLAN = Plan(examples=0, seed=0, text='')
# their derivative is not that of their loop: `test_control.py` and
# `test_gradients.py` show which it is
BY_DEFINITION = ('ponder_rnn', 'clipped_rnn')
SMOOTH = [
  pytest.param(model, row, id=f'{model} {number}')
  for model, case in CASES.items()
  for number, row in enumerate(case.rows)
  if row.dtype == 'float64' and model not in BY_DEFINITION
]


def imported(module):
  tree = ast.parse(inspect.getsource(importlib.import_module(module)))
  for node in ast.walk(tree):
    if isinstance(node, ast.ImportFrom):
      yield node.module
    elif isinstance(node, ast.Import):
      yield from (alias.name for alias in node.names)


@pytest.mark.parametrize(
  'module', [m.name for m in pkgutil.iter_modules(oracle.__path__)]
)
def test_the_oracle_knows_nothing_of_what_it_judges(module):
  own = 'equivalence_tests.suite.oracle.'
  ours = ('core_rnn', 'linen_rnn', 'equivalence_tests')
  names = [n for n in imported(own + module) if n.startswith(ours)]
  assert all(f'{name}.'.startswith(own) for name in names)


# function of Reals -> the shapes of its arguments
OPERATIONS = {
  'a + b': (lambda a, b: a + b, [(2, 3), (3,)]),
  '1 - a': (lambda a: 1 - a, [(3,)]),
  'a b': (lambda a, b: a * b, [(2, 1), (3,)]),
  'a a': (lambda a: a * a, [(3,)]),
  'a / b': (lambda a, b: a / b, [(3,), (3,)]),
  'vector A': (lambda a, b: a @ b, [(2,), (2, 3)]),
  'A B': (lambda a, b: a @ b, [(4, 2), (2, 3)]),
  'A of nothing B': (lambda a, b: a @ b, [(0, 2), (2, 3)]),
  'array A': (lambda a: np.ones((2, 3)) @ a, [(3, 2)]),
  'an index': (lambda a: a[1], [(2, 3)]),
  'an index twice': (lambda a: a[[1, 1, 0]], [(2, 3)]),
  'each': (lambda a: rounding.stack([*a]), [(2, 3)]),
  'transposed': (lambda a: a.T @ a.swapaxes(0, 1).T, [(2, 3)]),
  'padded': (lambda a: a.map(lambda leaf: np.pad(leaf, 1)), [(2,)]),
  'tanh': (rounding.tanh, [(3,)]),
  'sigmoid': (rounding.sigmoid, [(3,)]),
  'sin': (rounding.sin, [(3,)]),
  'cos': (rounding.cos, [(3,)]),
  'relu': (rounding.relu, [(8,)]),
  'exp': (rounding.exp, [(3,)]),
  'expm1': (rounding.expm1, [(3,)]),
  'sqrt': (lambda a: rounding.sqrt(a * a + 1), [(3,)]),
  'concatenated': (lambda a, b: rounding.concatenate([a, b]), [(2, 1), (2, 3)]),
  'in front': (lambda a, b: rounding.concatenate([a, b], 0), [(1, 2), (3, 2)]),
  'total': (lambda a: rounding.total(a, -1, 0.5), [(2, 3)]),
  'mean': (rounding.mean, [(2, 3)]),
  'where': (
    lambda a, b: rounding.where(np.arange(3) < 2, a, b),
    [(2, 3), (3,)],
  ),
  'exact': (lambda a: exact(a) * a, [(3,)]),
  'coarser': (lambda a: rounding.coarser(a, 2.0) * a, [(3,)]),
  'not clipped': (lambda a: clipped_back(a, 9.0) * a, [(3,)]),
  'softmax': (lambda a: softmax(a, np.tri(3, 3) > 0), [(3, 3)]),
  'convolution': (convolution, [(3, 4, 2), (2, 3, 2, 3)]),
}


@pytest.mark.parametrize('name', OPERATIONS)
def test_the_derivative_of_an_operation_is_its_difference(name):
  function, shapes = OPERATIONS[name]
  random = np.random.default_rng(1)
  xs = [random.normal(size=shape) for shape in shapes]
  tangents = [random.normal(size=shape) for shape in shapes]
  inputs = [as_input(x) for x in xs]
  y = function(*inputs)
  weights = random.normal(size=y.shape)
  found = pull_back([y], [weights], inputs)

  def at(step):
    moved = (x + step * t for x, t in zip(xs, tangents, strict=True))
    return np.vdot(weights, function(*map(as_input, moved)).value)

  expected = (at(1e-6) - at(-1e-6)) / 2e-6
  along = sum(np.vdot(d.value, t) for d, t in zip(found, tangents, strict=True))
  np.testing.assert_allclose(along, expected, rtol=1e-7, atol=1e-8)
  assert all((d.scale >= 0).all() for d in found)
  assert all(d.shape == x.shape for d, x in zip(found, xs, strict=True))


def test_a_derivative_can_be_stopped_and_clipped():
  x = as_input([1.0, -2.0])
  y = stopped(x) * clipped_back(x, 0.5)
  (slope,) = pull_back([y], [np.array([0.25, 4.0])], [x])
  assert slope.value.tolist() == [0.25, -0.5]


def test_at_a_jump_of_the_slope_either_side_is_within_the_terms():
  """Where float32 has x to either side of 0; and nowhere else."""
  x = as_input([1.0, -1.0])
  near = 1e-8 + x + exact([-1.0, 1.0])
  far = 1e-3 + x + exact([-1.0, 1.0])
  for z, scale in ((near, 2 / np.finfo('float32').eps), (far, 1e4)):
    (slope,) = pull_back([rounding.relu(z)], [np.ones(2)], [x])
    assert slope.value.tolist() == [1, 1]
    assert ((slope.scale > scale) == (z is near)).all()


def test_a_real_is_never_taken_for_an_array():
  with pytest.raises(TypeError, match='expected a function of Reals'):
    np.tanh(np.asarray(as_input([1.0])))


def moved(trial, tangents, step):
  """What the oracle's loop returns a step along the tangents, by path."""
  point = {'variables': trial.variables, 'xs': trial.xs}

  def shift(path, leaf):
    tangent = tangents.get(jax.tree_util.keystr(path), 0)
    return leaf if isinstance(tangent, int) else leaf + step * tangent

  there = jax.tree_util.tree_map_with_path(shift, point)
  other = Trial((find('pure'),), trial.case, trial.example)
  other.variables = there['variables']
  values = [x.value for x in float64_loop(other, there['xs']).outputs]
  paths = leaves(trial.first.outputs)
  return dict(zip(paths, values, strict=True))


def differences(trial, tangents):
  """How fast each output of the oracle's loop moves along the tangents."""
  up, down = (moved(trial, tangents, sign * 1e-6) for sign in (1, -1))
  return {path: (up[path] - down[path]) / 2e-6 for path in up}


@pytest.mark.parametrize(('model', 'setting'), SMOOTH)
def test_the_derivatives_of_the_oracle_are_its_differences(model, setting):
  """By each input; and of all together, those that the ways have forward."""
  close = {'rtol': 1e-6, 'atol': 1e-7}
  with width('float64'):
    trial = Trial((find('pure'),), CASES[model], Example(setting, key=2))
    *ins, tangents = derivative_ins(trial, 'jvp')
    *_, weights = derivative_ins(trial, 'vjp')
    ordered = [weights.get(path) for path in leaves(trial.first.outputs)]
    back = float64_loop(trial, trial.xs).derivatives(ordered)
    assert back.keys() == tangents.keys()
    for path, tangent in tangents.items():
      there = differences(trial, {path: tangent})
      expected = sum(np.vdot(weights[name], there[name]) for name in weights)
      along = np.vdot(back[path].value, tangent)
      np.testing.assert_allclose(along, expected, err_msg=path, **close)
    if 'jvp' in programs_of(CASES[model], setting):
      expected = differences(trial, tangents)
      outputs, slopes = trial.first.run('jvp', *ins, tangents)
      assert slopes.keys() == outputs.keys() <= expected.keys()
      for path, slope in slopes.items():
        there = expected[path]
        np.testing.assert_allclose(slope, there, err_msg=path, **close)


def test_the_cell_of_flax_is_near_in_plain_ulp_too():
  setting = Setting({'features': 3}, {'time': 5, 'inputs': 2})
  example = Example(setting, key=4)
  trial = Trial(tuple(find(way) for way in OWN), CASES['elman'], example)
  hyperparameters = {'features': 3, 'dtype': 'float32'}
  flax = lambda variables, *xs: flax_elman(variables, *xs, hyperparameters)
  lowered = jax.jit(flax).lower(trial.variables, *trial.xs)
  theirs = lowered.compile(OPTIMISED)(trial.variables, *trial.xs)
  got = trial.first.run('apply', *trial.ins)
  jax.tree.map(
    lambda a, b: np.testing.assert_array_max_ulp(np.asarray(a), b, maxulp=8),
    theirs,
    jax.tree.map(np.asarray, got),
  )


def test_every_model_declares_its_variables():
  assert VARIABLES.keys() == CASES.keys()
  for model, case in CASES.items():
    assert not [*not_judged(case)], model


def small(model, *rows):
  """The case with its first row alone, or with these."""
  case = CASES[model]
  how = {'text': False, 'lacks': ('jvp',)}  # faults have a rule for vjp alone
  return case._replace(rows=rows or case.rows[:1], **how)


def in_all_ways(fault, case):
  """The ways, each with the same fault."""
  return [fault.of(way, case.model) for way in WAYS]


def seen(fault, case, *claims):
  """The verdict of the oracle on a fault that all ways share, where it fails.

  These claims, or else all that compare values of the ways, do not see it.
  """
  ways = in_all_ways(fault, case)
  for claim in claims or ('variables', 'init', 'outputs', 'gradients'):
    verdict = tried(Trials(claim, case, ways, PLAN))
    assert verdict.holds, verdict.message
  verdict = tried(Trials('oracle', case, ways, PLAN))
  assert verdict.fails
  assert verdict.message.startswith(f'oracle: pure {case.model}: ')
  return verdict


def only(setting, fault):
  """The fault, in this setting alone."""
  spoiled = hyperparameters(setting)

  def wrap(factory):
    touched = fault.wrap(factory)

    @functools.wraps(factory)
    def made(*args, **kwargs):
      which = touched if kwargs == spoiled else factory
      return which(*args, **kwargs)

    return made

  return fault._replace(wrap=wrap)


@jax.custom_vjp
def flat(x):
  """x; its derivative is a hundredth too small."""
  return x


flat.defvjp(
  lambda x: (x, None),
  lambda _, slope: (slope * jnp.asarray(0.99, slope.dtype),),
)


@jax.custom_vjp
def other(x):
  """x + 1, and x where it is differentiated."""
  return x + jnp.ones_like(x)


other.defvjp(lambda x: (x, None), lambda _, slope: (slope,))


def in_leaf(change, path):
  """A way that changes one leaf of the variables before it applies them."""

  def apply(call, variables, *xs, **options):
    leaf = lambda p, x: change(x) if jax.tree_util.keystr(p) == path else x
    moved = jax.tree_util.tree_map_with_path(leaf, variables)
    return call(moved, *xs, **options)

  return remade('', '', as_it_is, apply)


def in_outputs(change):
  """A way that changes all outputs."""
  apply = lambda call, *xs, **options: jax.tree.map(
    change, call(*xs, **options)
  )
  return remade('', '', as_it_is, apply)


def fine(case):
  """A covering row in which a hundredth is more than a unit of rounding."""
  rows = [row for row in covering(case) if 'bfloat16' not in repr(row)]
  return rows[-1]


@pytest.mark.parametrize('model', ['elman', 'dense'])
def test_a_wrong_derivative_by_one_leaf_is_seen_in_all_ways(model):
  inside = {'elman': "['cell']['input']", 'dense': ''}[model]
  path = f"['params']{inside}['kernel']"
  said = seen(in_leaf(flat, path), small(model), 'gradients').message
  by = f"derivatives of the outputs by ['variables']{path}: "
  assert f'against a float64 loop: {by}' in said
  assert 'expected float64[' in said
  assert 'got float64[' in said


def test_a_wrong_derivative_on_a_covering_row_alone_is_seen_in_all_ways():
  case = small('dense')
  setting = fine(case)
  verdict = seen(only(setting, in_outputs(flat)), case, 'gradients')
  assert verdict.example.setting == setting
  assert 'derivatives of the outputs by ' in verdict.message


@pytest.mark.parametrize('change', [lambda x: -x, other], ids=['-x', 'x + 1'])
def test_a_wrong_output_on_a_covering_row_alone_is_seen_in_all_ways(change):
  """Even where it is right whenever it is differentiated."""
  case = small('dense')
  setting = covering(case)[-1]
  verdict = seen(only(setting, in_outputs(change)), case, 'outputs')
  assert verdict.example.setting == setting
  assert 'against a float64 loop: outputs' in verdict.message


@pytest.mark.parametrize('model', ['dense', 'elman'])
def test_a_param_dtype_that_all_ways_ignore_is_seen(model):
  said = seen(ignoring('param_dtype'), small(model), 'variables').message
  inside = {'elman': "['cell']['input']", 'dense': ''}[model]
  where = f"variables of init: ['params']{inside}['bias']: "
  assert f'{where}expected bfloat16[3], got float32[3]; ' in said


def test_a_param_dtype_that_all_ways_ignore_is_seen_where_none_is_declared():
  case = small('dense')._replace(variables=None)
  said = seen(ignoring('param_dtype'), case, 'variables').message
  assert "['params']['bias']: expected bfloat16, got float32; " in said


def test_a_dtype_that_all_ways_ignore_is_seen():
  """Where it is coarser than that of the computation, by its dtype alone."""
  coarse = lambda x: x.astype('bfloat16')
  said = seen(in_outputs(coarse), small('dense'), 'outputs').message
  assert said.endswith(': outputs: expected float32, got bfloat16')


def test_a_variable_of_another_shape_in_all_ways_is_seen():
  transposed = remade(
    '',
    '',
    lambda call, *args: jax.tree.map(jnp.transpose, call(*args)),
    lambda call, variables, *xs, **options: call(
      jax.tree.map(jnp.transpose, variables), *xs, **options
    ),
  )
  said = seen(transposed, small('dense')).message
  kernel = "variables of init: ['params']['kernel']: "
  assert f'{kernel}expected float32[2, 3], got float32[3, 2]' in said


def no_loop(*_, **__):
  raise NotImplementedError


def test_what_rounding_hides_in_few_bits_is_seen_in_float64():
  """A hundredth is about a unit of bfloat16."""
  case = small('dense', CASES['dense'].rows[1])
  verdict = seen(in_outputs(flat), case, 'gradients')
  assert verdict.example.setting == case.rows[0]
  where = 'against a float64 loop, in float64: derivatives of the outputs by '
  assert where in verdict.message


@pytest.mark.parametrize('model', CASES)
def test_what_is_named_as_code_meets_all_that_is_on_or_off(model):
  """A fault in the code of a cell is seen where it runs."""
  case = CASES[model]
  found, settings = levels(case), covering(case)
  value = lambda setting, name: setting.hyperparameters.get(name, 'omitted')
  names = [[*found][place] for place in names_of_code(case)]
  assert ('cell' in found) == ('cell' in names)
  flags = [
    name
    for name, several in found.items()
    if name in parameters(model) and len(several) == 2
  ]
  for one, other in itertools.product(names, flags):
    met = [(value(s, one), value(s, other)) for s in settings]
    pairs = itertools.product(found[one], found[other])
    assert one == other or {*pairs} <= {*met}, (one, other)


def test_what_the_oracle_does_not_judge_is_said_with_its_rows():
  plain, *others = CASES['dense'].rows
  why = lambda setting: {} if setting == plain else {'outputs': 'no loop'}
  case = small('dense', plain, others[0])._replace(not_judged=why)
  rows = 1 + len(covering(case))
  (said,) = not_judged(case)
  start = f'outputs not judged on {rows} of {rows + 1} rows: no loop: '
  assert said.startswith(start)
  assert said[len(start) :].split('; ')[0] == (
    "features=3, param_dtype='bfloat16', of bfloat16"
  )
  assert not [*not_judged(case._replace(not_judged={}))]
  without = case._replace(rows=others[:1], oracle=no_loop, flax=None)
  verdict = judge('oracle', without, WAYS, PLAN)
  assert verdict.holds, verdict.message
  assert judge('oracle', without._replace(not_judged={}), WAYS, PLAN).fails


def test_derivatives_that_are_not_judged_are_said_to_be(monkeypatch):
  why = {'derivatives': 'they are those of the last step'}
  case = small('dense')._replace(not_judged=why)
  fault = in_outputs(flat)
  assert judge('oracle', case, in_all_ways(fault, case), PLAN).holds
  monkeypatch.setitem(CASES, 'dense', case)
  for claims in (['oracle'], ['init']):
    said = list(Report(['dense'], claims, WAYS, PLAN).remarks())
    assert said == [
      'dense: oracle: derivatives not judged: they are those of the last step'
    ] * (claims == ['oracle'])


def test_shapes_that_a_case_does_not_declare_are_said_not_to_be_judged():
  (said,) = not_judged(small('dense')._replace(variables=None))
  reason = 'the case declares no variables'
  assert said == f'shapes of variables not judged: {reason}'


@pytest.mark.parametrize('got', [np.nan, np.inf, 1.5])
def test_a_number_that_is_no_number_is_an_error(got):
  with pytest.raises(Disagreement, match='expected float64'):
    in_bound('here', np.ones(1), np.array([got], 'float32'), np.full(1, 1e-7))


def test_a_number_without_a_bound_is_an_error():
  with pytest.raises(Disagreement, match='expected float64'):
    in_bound('here', np.ones(1), np.array([1.5]), np.full(1, np.nan))


def test_what_stands_at_a_nan_is_judged_without_its_derivative():
  """All outputs are NaN there, and no derivative is a number."""
  setting = CASES['dense'].rows[0]
  example = Example(setting, values=([[0.5, float('nan')]],))
  assert check_one('oracle', WAYS, CASES['dense'], example) == 0
