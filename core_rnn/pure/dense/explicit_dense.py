"""The explicit dense layer, with explicit parameters."""

from functools import partial

from core_rnn.keys import derive
from core_rnn.networks.dense.explicit_dense import ExplicitDense
from core_rnn.pure.as_pure import Functions, as_pure


@as_pure(ExplicitDense)
def explicit_dense(n: ExplicitDense) -> Functions:
  def init(rngs, x):
    del x  # its size is features_in
    draw = partial(derive, rngs['params'])
    shape = (n.features_in, n.features)
    kernel = n.kernel_init(draw(1), shape, n.param_dtype)
    bias = n.bias_init(draw(2), shape[1:], n.param_dtype)
    return {'params': {'kernel': kernel, 'bias': bias}}

  def apply(variables, x):
    params, dtype = variables['params'], n.dtype or x.dtype
    y = x.astype(dtype) @ params['kernel'].astype(dtype)
    return y + params['bias'].astype(dtype)

  return init, apply
