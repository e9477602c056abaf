"""A few steps of an optimiser as one program: what comes of all the others.

The loss of a model that reads characters is its surprise at the text; of any
other it is the mean square of what it returns.
"""

from typing import Any

import jax
import numpy as np
import optax
from jax import lax
from jax import numpy as jnp

from equivalence_tests.suite.cases import Case, indices, real_text
from equivalence_tests.suite.compare import floating

STEPS = 3
OPTIMISER = optax.adamw(0.01)


def trained(one: Any, rngs: Any, drawn: Any, xs: tuple[Any, ...]) -> Any:
  """Keys for init, keys for apply, arguments -> losses [STEPS], variables.

  The state moves on from step to step, but of a batch, where each example has
  its own. Each step draws anew.
  """
  variables = one.init(rngs)
  params, state = (
    {c: of for c, of in variables.items() if (c == 'params') is learned}
    for learned in (True, False)
  )
  moves = not one.setting.batch and bool(one.case.state)

  def loss(params: Any, state: Any, keys: Any) -> Any:
    returned = one.apply({**params, **state}, keys, *xs)
    outputs, moved = returned if one.case.state else (returned, {})
    return loss_of(one.case, outputs, xs), {**state, **moved}

  def step(learned: Any, number: Any) -> Any:
    params, state, opt_state = learned
    keys = {n: jax.random.fold_in(key, number) for n, key in drawn.items()}
    slope = jax.value_and_grad(loss, has_aux=True)
    (nats, moved), slopes = slope(params, state, keys)
    with jax.numpy_dtype_promotion('standard'):  # Adam raises floats to counts
      updates, opt_state = OPTIMISER.update(slopes, opt_state, params)
      params = optax.apply_updates(params, updates)
    return (params, moved if moves else state, opt_state), nats

  begun = params, state, OPTIMISER.init(params)
  (params, state, _), losses = lax.scan(step, begun, jnp.arange(STEPS))
  return losses, {**params, **state}


def loss_of(case: Case, outputs: Any, xs: tuple[Any, ...]) -> jax.Array:
  """The loss [] of what apply returns for the arguments."""
  if case.writes:
    logits, tokens = outputs[1][..., :-1, :], xs[0][..., 1:]
    nats = optax.softmax_cross_entropy_with_integer_labels
    return nats(logits.astype(jnp.float32), tokens.astype(int)).mean()
  squares = [
    jnp.mean(jnp.square(leaf.astype(jnp.float32)))
    for leaf in floating(outputs).values()
  ]
  return jnp.stack(squares).sum() if squares else jnp.zeros(())


def texts(case: Case, xs: tuple[Any, ...]) -> tuple[Any, ...]:
  """The arguments, with a real text in place of any characters."""
  if not case.writes:
    return xs
  tokens, *others = xs
  count = int(tokens.max(initial=0)) + 1
  text = np.resize(indices(real_text()[: tokens.size]), tokens.shape)
  return ((text % count).astype(tokens.dtype), *others)
