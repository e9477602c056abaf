"""Networks over a batch, and over members of an ensemble."""

from dataclasses import KW_ONLY, dataclass
from typing import Literal

from core_rnn.networks.cells import Recurrent
from core_rnn.networks.kinds import Axis, Size


@dataclass(frozen=True)
class Batched(Recurrent):
  """(h_b, hs_b) = elman(xs_b), for b = 1, 2, ..., of one set of parameters.

  xs [batch, time, inputs], or with batch at another of in_axes, initial_carry
  [batch, features] -> every h [batch, features], every hs [batch, time,
  features], or batch at out_axes. So in_axes=0 is batch-major, and in_axes=1
  time-major.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `Vmap`.
  """

  arguments = {'xs': 'batch time inputs'}
  optional = {'initial_carry': 'carry'}

  _: KW_ONLY
  in_axes: Axis = 0
  out_axes: Axis = 0


@dataclass(frozen=True)
class Ensemble(Recurrent):
  """(h_m, hs_m) = elman_m(xs), for m = 1, ..., members.

  xs [time, inputs], initial_carry [members, features] -> every h [members,
  features], every hs [members, time, features]. Each parameter has an axis of
  members more, at params_axis. Where split_rngs is off all members start equal,
  which is the commonest mistake.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `Vmap`.
  """

  optional = {'initial_carry': 'carry'}

  members: Size
  _: KW_ONLY
  params_axis: Axis = 0
  split_rngs: bool = True


@dataclass(frozen=True)
class Nested(Recurrent):
  """(h_mb, hs_mb) = elman_m(xs_b), for m = 1, ..., members and every b.

  xs [batch, time, inputs], initial_carry as every h -> every h [members, batch,
  features], every hs [members, batch, time, features]; or batch before members,
  if it is outer. The parameters have members in front, in either order.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `Vmap`.
  """

  arguments = {'xs': 'batch time inputs'}
  optional = {'initial_carry': 'carry'}

  members: Size
  _: KW_ONLY
  outer: Literal['members', 'batch'] = 'members'


@dataclass(frozen=True)
class Normalised(Recurrent):
  """(h_b, hs_b) = elman(z_b), z = (x - E x) / (Var x + 1e-5)^(1/2) over b.

  xs [batch, time, inputs], initial_carry [batch, features] -> every h [batch,
  features], every hs [batch, time, features]. A step sees one example, and the
  rest by the name of their axis.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Ioffe & Szegedy (2015), Batch Normalization, equation 1.
  """

  arguments = {'xs': 'batch time inputs'}
  optional = {'initial_carry': 'carry'}
