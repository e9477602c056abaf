"""Four of the models with what Flax ships: its cells, its layers, its `RNN`."""

# claim, or 'model.claim' -> why it is not made
NOT_CLAIMED = {
  'errors': "its checks are Flax's own, and so are their messages",
  'program': 'nn.RNN turns a reversed sequence round where we turn the loop, '
  'and nn.Dense casts its bias before the product: another text',
  'rnn.program': 'its cell runs on the whole batch, and ours on one sequence '
  'under vmap: another text',
}
# hyperparameter -> its values, where it has not all of a model
ONLY = {'rnn.cell': ('elman', 'lstm', 'gru')}
