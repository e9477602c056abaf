"""Many steps of training as one program: no Python runs between them."""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import optax
from jax import lax
from jax import numpy as jnp

from core_rnn.language_model.batches import Chunks
from core_rnn.language_model.objective import surprise
from core_rnn.language_model.settings import Settings
from core_rnn.types import Variables

Apply = Callable[..., Any]
"""`Model.apply`: variables, tokens [batch, time] -> carry, logits."""


class State(NamedTuple):
  """All that one step hands to the next.

  Attributes:
    variables: of the model.
    opt_state: of the optimiser.
    carry: of every layer, leaves [batch, features].
    key: what the draws of every step are derived from: [].
    step: how many steps were taken: [].
  """

  variables: Variables
  opt_state: Any
  carry: Any
  key: jax.Array
  step: jax.Array


def adamw(settings: Settings) -> optax.GradientTransformation:
  """AdamW of clipped gradients; the rate warms up, then falls as a cosine.

  Weights decay where they are matrices, as in nanoGPT: shape [inputs, outputs].
  """
  s = settings
  rate = optax.warmup_cosine_decay_schedule(
    init_value=s.learning_rate / (s.warmup_iters + 1),
    peak_value=s.learning_rate,
    warmup_steps=s.warmup_iters,
    decay_steps=max(s.max_iters, s.warmup_iters + 1),
    end_value=s.learning_rate / 10 if s.min_lr is None else s.min_lr,
  )
  clip = optax.clip_by_global_norm(s.grad_clip)
  return optax.chain(
    clip if s.grad_clip else optax.identity(),
    optax.adamw(
      rate, s.beta1, s.beta2, weight_decay=s.weight_decay, mask=decays
    ),
  )


def decays(variables: Variables) -> Any:
  """Which leaves are matrices [inputs, outputs], not biases."""
  return jax.tree.map(lambda leaf: leaf.ndim > 1, variables)


def beginning(
  apply: Apply, variables: Variables, batch: int, **rngs: Any
) -> Any:
  """The carry before any character: leaves [batch, features].

  It may be learned, so the model is asked: it is the carry after no steps.
  """
  return apply(variables, jnp.zeros((batch, 0), jnp.int32), **rngs)[0]


def first(
  init: Callable[..., Variables],
  apply: Apply,
  optimiser: optax.GradientTransformation,
  seed: int,
  batch: int,
) -> State:
  """The state before the first step, from a seed []."""
  params, key = jax.random.split(jax.random.key(seed))
  variables = init({'params': params}, jnp.zeros((batch, 1), jnp.int32))
  return State(
    variables,
    optimiser.init(variables),
    beginning(apply, variables, batch),
    key,
    jnp.zeros((), jnp.int32),
  )


def loss(
  apply: Apply,
  variables: Variables,
  carry: Any,
  chunk: Chunks,
  rngs: Any,
  axis: str | None = None,
) -> tuple[jax.Array, Any]:
  """Nats a character [] of a chunk [batch, time + 1]; the carry after it.

  Of all devices along an axis it is the share of this one.
  """
  same = jax.tree.map(jax.random.clone, rngs)  # there is nothing to draw for
  start = beginning(apply, variables, chunk.tokens.shape[0], **same)
  carry = jax.tree.map(
    lambda new, old: jnp.where(chunk.fresh, new, old), start, carry
  )
  tokens = chunk.tokens.astype(jnp.int32)
  carry, logits = apply(variables, tokens[:, :-1], initial_carry=carry, **rngs)
  total, count = surprise(logits, tokens[:, 1:], chunk.lengths)
  return total / summed(count, axis).astype(total.dtype), carry


def summed(tree: Any, axis: str | None) -> Any:
  """The sum of each leaf [...] over the devices along an axis, if there is one.

  After the loop over time, once: left to itself, the compiler does it in it.
  """
  return tree if axis is None else lax.psum(tree, axis)


def keys_of(
  state: State, streams: tuple[str, ...], axis: str | None
) -> dict[str, Any]:
  """A key [] for each stream, new in each step and on each device."""
  if not streams:
    return {}
  key = jax.random.fold_in(state.key, state.step)
  if axis is not None:
    key = jax.random.fold_in(key, lax.axis_index(axis))
  keys = jax.random.split(key, len(streams))
  return {'rngs': dict(zip(streams, keys, strict=True))}


def steps(
  apply: Apply,
  optimiser: optax.GradientTransformation,
  streams: tuple[str, ...] = (),
  axis: str | None = None,
) -> Callable[[State, Chunks], tuple[State, jax.Array]]:
  """state, chunks [steps, batch, time + 1] -> state, losses [steps]: a scan.

  Args:
    apply: of the model.
    optimiser: what makes updates of gradients.
    streams: the random streams that apply draws from.
    axis: of the devices that share the batch, inside `jax.shard_map`.
  """

  def step(state: State, chunk: Chunks) -> tuple[State, jax.Array]:
    rngs = keys_of(state, streams, axis)
    slope = jax.value_and_grad(loss, argnums=1, has_aux=True)
    (nats, carry), grads = slope(
      apply, state.variables, state.carry, chunk, rngs, axis
    )
    nats, grads = summed((nats, grads), axis)
    with jax.numpy_dtype_promotion('standard'):  # Adam raises floats to counts
      updates, opt_state = optimiser.update(
        grads, state.opt_state, state.variables
      )
    variables = optax.apply_updates(state.variables, updates)
    return State(variables, opt_state, carry, state.key, state.step + 1), nats

  return lambda state, chunks: lax.scan(step, state, chunks)


def judged(apply: Apply) -> Callable[..., tuple[jax.Array, jax.Array]]:
  """variables, chunks [chunks, batch, time + 1] -> nats, counts: [chunks].

  The state goes on from chunk to chunk, and nothing is learned.
  """

  def step(variables: Variables, carry: Any, chunk: Chunks) -> Any:
    tokens = chunk.tokens.astype(jnp.int32)
    carry, logits = apply(variables, tokens[:, :-1], initial_carry=carry)
    return carry, surprise(logits, tokens[:, 1:], chunk.lengths)

  def every(variables: Variables, chunks: Chunks) -> Any:
    carry = beginning(apply, variables, chunks.tokens.shape[1])
    return lax.scan(lambda c, x: step(variables, c, x), carry, chunks)[1]

  return every
