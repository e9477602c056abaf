"""Four of the models with what Flax ships: its cells, its layers, its `RNN`."""

NOT_CLAIMED = {
  'program': 'in Flax, Dense casts its bias before the product, and RNN turns '
  'a sequence round where we turn the loop: the same numbers by another text',
  'errors': 'its checks are those of Flax, and their messages are its own',
}
