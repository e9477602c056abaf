"""Networks over a batch, and over members of an ensemble."""

from dataclasses import KW_ONLY, dataclass
from typing import Literal

from core_rnn.networks.old.cells import Recurrent, Sequence
from core_rnn.kinds import Axis, Size


@dataclass(frozen=True)
class Sequences(Recurrent):
  """What runs the Elman network over a batch, xs [batch, time, inputs].

  What follows the first seq_lengths [batch] steps of a sequence is padding, as
  in `elman`.
  """

  arguments = {'xs': 'batch time inputs'}
  optional = {'initial_carry': 'carry', 'seq_lengths': 'batch'}

  _: KW_ONLY
  zero_padding: bool = False


@dataclass(frozen=True)
class Batched(Sequences):
  """(h_b, hs_b) = elman(xs_b), for b = 1, 2, ..., of one set of parameters.

  xs [batch, time, inputs], or with batch at another of in_axes, initial_carry
  [batch, features] -> every h [batch, features], every hs [batch, time,
  features], or batch at out_axes. So in_axes=0 is batch-major, and in_axes=1
  time-major. The padding, after the seq_lengths [batch], is as in `elman`.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `Vmap`.
  """

  _: KW_ONLY
  in_axes: Axis = 0
  out_axes: Axis = 0


@dataclass(frozen=True)
class Ensemble(Sequence, Recurrent):
  """(h_m, hs_m) = elman_m(xs), for m = 1, ..., members.

  xs [time, inputs], initial_carry [members, features] -> every h [members,
  features], every hs [members, time, features]. Each parameter has an axis of
  members more, at params_axis. Where split_rngs is off all members start equal,
  which is the commonest mistake. The padding is as in `elman`.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `Vmap`.
  """

  members: Size
  _: KW_ONLY
  params_axis: Axis = 0
  split_rngs: bool = True


@dataclass(frozen=True)
class Nested(Sequences):
  """(h_mb, hs_mb) = elman_m(xs_b), for m = 1, ..., members and every b.

  xs [batch, time, inputs], initial_carry as every h -> every h [members, batch,
  features], every hs [members, batch, time, features]; or batch before members,
  if it is outer. The parameters have members in front, in either order. The
  padding, after the seq_lengths [batch], is as in `elman`.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: the Linen introduction, `Vmap`.
  """

  members: Size
  _: KW_ONLY
  outer: Literal['members', 'batch'] = 'members'


@dataclass(frozen=True)
class Normalised(Sequences):
  """(h_b, hs_b) = elman(z_b), z = (x - E x) / (Var x + 1e-5)^(1/2) over b.

  xs [batch, time, inputs], initial_carry [batch, features] -> every h [batch,
  features], every hs [batch, time, features]. A step sees one example, and the
  rest by the name of their axis. The padding, after the seq_lengths [batch], is
  as in `elman`, of z for x; E and Var do not count it.

  Raises: TypeError, ValueError, as `core_rnn.checks` says.
  Source: Ioffe & Szegedy (2015), Batch Normalization, equation 1.
  """
