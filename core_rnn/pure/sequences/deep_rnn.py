"""Runners in a row, each of a size of its own, as functions of parameters."""

from functools import partial

from core_rnn.keys import derive
from core_rnn.networks.sequences import DeepRNN
from core_rnn.pure.as_pure import Functions, as_pure
from core_rnn.pure.parts.cells import CELLS
from core_rnn.pure.parts.learned_carry import carry_init, learned_carry
from core_rnn.pure.parts.over_batch import over_batch


def deep_functions(n: DeepRNN) -> Functions:
  """Init: draw, xs [batch, time, ...] -> parameters; apply, of these, as n."""
  cells = [CELLS[n.cell](run.of_cell) for run in n.layers]

  def init(draw, xs):
    shape, params = xs.shape[2:], {}
    for i, cell in enumerate(cells):
      if n.learned_carry:
        own = partial(draw, f'carry_{i}')
        params[f'carry_{i}'] = carry_init(n, own, n.first(i, xs))
      own = partial(draw, f'layer_{i}', 'cell')
      params[f'layer_{i}'] = {'cell': cell.init(own, shape)}
      shape = (n.features[i],)
    return params

  def apply(params, xs, draw, initial_carry=None, seq_lengths=None):
    carries, xs = [], n.begun(xs, seq_lengths)
    for i, run in enumerate(n.layers):
      carry = None if initial_carry is None else initial_carry[i]
      if n.learned_carry and carry is None:
        carry = learned_carry(n.first(i, xs), params[f'carry_{i}'], xs)
      _, rnn = over_batch(cells[i], run)
      layer = {'params': params[f'layer_{i}']}
      carry, ys = rnn(layer, xs, carry, seq_lengths)
      xs, dropout = n.handed_on(xs, ys), n.dropout(i)
      if not dropout.deterministic:
        xs = dropout.dropped(draw(f'dropout_{i}', 1), xs)
      carries.append(carry)
    return tuple(carries), n.ended(xs, seq_lengths)

  return init, apply


@as_pure(DeepRNN)
def deep_rnn(n: DeepRNN) -> Functions:
  init_layers, apply_layers = deep_functions(n)

  def init(rngs, xs, initial_carry=None, seq_lengths=None):
    return {'params': init_layers(partial(derive, rngs['params']), xs)}

  def apply(variables, xs, rngs, initial_carry=None, seq_lengths=None):
    draw = lambda *path: derive(rngs['dropout'], *path)
    given = initial_carry, seq_lengths
    return apply_layers(variables['params'], xs, draw, *given)

  return init, apply
