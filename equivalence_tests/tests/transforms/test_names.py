"""What transforms do to names, axes and keys, which no program's text shows."""

import re
from typing import Any

import jax
import pytest
from flax import linen as nn
from flax.linen import partitioning, transforms
from jax import numpy as jnp

XS = jnp.ones((4, 3))
NAME = {nn.PARTITION_NAME: 'layers'}


class Named(nn.Module):
  """tanh x, in a method with a name."""

  @nn.named_call
  def part(self, x):
    return jnp.tanh(x)

  def __call__(self, x):
    return self.part(x)


def operations(function):
  """The names of the operations of a compiled program."""
  text = jax.jit(function).lower(XS).compile().as_text()
  return {
    name for found in re.findall(r'op_name="(.*?)"', text) for name in [found]
  }


def test_a_named_method_stands_in_the_metadata_of_the_program():
  (name,) = (
    n for n in operations(lambda x: Named().apply({}, x)) if 'tanh' in n
  )
  assert 'Named.part' in name.split('/')


def test_without_flax_a_name_stands_there_by_jax_itself():
  part = jax.named_call(jnp.tanh, name='part')
  (name,) = (n for n in operations(part) if 'tanh' in n)
  assert 'part' in name.split('/')


class Boxed(nn.Module):
  """x W, of a kernel whose axes have names."""

  @nn.compact
  def __call__(self, x, _=None):
    init = nn.with_partitioning(nn.initializers.ones, ('in', 'out'))
    kernel = self.param('kernel', init, (x.shape[-1], x.shape[-1]))
    return x @ kernel, None


def names_in(module, x=XS):
  """The names of the axes of the kernel that a module makes."""
  variables = module.init(jax.random.key(0), x)
  (spec,) = jax.tree.leaves(
    nn.get_partition_spec(variables),
    is_leaf=lambda leaf: isinstance(leaf, jax.sharding.PartitionSpec),
  )
  return tuple(spec)


ALONG: dict[str, Any] = {
  'variable_axes': {'params': 0},
  'split_rngs': {'params': True},
}


def test_an_axis_that_vmap_adds_has_a_name():
  lifted = nn.vmap(Boxed, metadata_params=NAME, **ALONG)
  assert names_in(lifted()) == ('layers', 'in', 'out')


def test_an_axis_that_scan_adds_has_a_name():
  lifted = nn.scan(Boxed, length=2, metadata_params=NAME, **ALONG)
  assert names_in(lifted(), XS) == ('layers', 'in', 'out')


def test_an_axis_that_is_added_elsewhere_stands_where_it_says():
  lifted = nn.vmap(
    Boxed,
    variable_axes={'params': 1},
    split_rngs={'params': True},
    metadata_params=NAME,
  )
  assert names_in(lifted()) == ('in', 'layers', 'out')


@pytest.mark.parametrize(
  'transform',
  [
    lambda target: nn.vmap(target, **ALONG),
    lambda t: nn.scan(t, length=2, **ALONG),
  ],
  ids=['vmap', 'scan'],
)
def test_an_axis_without_a_name_is_refused(transform):
  with pytest.raises(nn.meta.errors.PartitioningUnspecifiedError):
    transform(Boxed)().init(jax.random.key(0), XS)


def test_the_name_of_an_axis_can_be_added_and_nothing_else():
  lifted = nn.add_metadata_axis(Boxed, {'params': 0}, NAME)
  variables = lifted().init(jax.random.key(0), XS)
  assert names_in(lifted()) == ('layers', 'in', 'out')
  assert nn.unbox(variables)['params']['kernel'].shape == (3, 3)


class Older(nn.Module):
  """x W, the axes of whose kernel stand in a collection beside it."""

  @nn.compact
  def __call__(self, x, _=None):
    shape = (x.shape[-1], x.shape[-1])
    kernel = partitioning.param_with_axes(
      'kernel', nn.initializers.ones, shape, axes=('in', 'out')
    )
    return x @ kernel, None


@pytest.mark.parametrize(
  'lifted',
  [
    lambda: partitioning.vmap_with_axes(
      Older, partitioning_axis_names={'params': 'layers'}, **ALONG
    ),
    lambda: partitioning.scan_with_axes(
      Older, axis_name='layers', length=2, **ALONG
    ),
  ],
  ids=['vmap_with_axes', 'scan_with_axes'],
)
def test_the_older_transforms_name_their_axis_too(lifted):
  variables = lifted()().init(jax.random.key(0), XS)
  axes = variables['params_axes']['kernel_axes'].names
  assert tuple(axes) == ('layers', 'in', 'out')
  assert variables['params']['kernel'].ndim == 3


def test_the_older_remat_changes_neither_parameters_nor_axes():
  plain, lifted = (
    module(name='one').init(jax.random.key(0), XS)
    for module in (Older, partitioning.remat(Older))
  )
  assert jax.tree.all(
    jax.tree.map(
      lambda a, b: (a == b).all(),
      *(variables['params'] for variables in (plain, lifted)),
    )
  )
  assert plain['params_axes'] == lifted['params_axes']


class Forked(nn.Module):
  """Two draws, in a block of keys of its own or not, and more after it."""

  fork: bool

  def __call__(self):
    draw = lambda: jax.random.normal(self.make_rng('noise'))
    if not self.fork:
      return draw(), draw(), draw(), draw()
    with transforms.fork_rngs(self):
      inside = draw(), draw()
    return *inside, draw()


def test_what_is_drawn_in_a_forked_block_is_drawn_from_keys_of_its_own():
  """The fork is the first draw; inside, and after it, the count goes on."""
  plain, forked = (
    [float(x) for x in Forked(fork).apply({}, rngs={'noise': key})]
    for fork, key in ((False, jax.random.key(0)), (True, jax.random.key(0)))
  )
  assert not {*plain} & {*forked[:2]}
  assert forked[2] == plain[3]
