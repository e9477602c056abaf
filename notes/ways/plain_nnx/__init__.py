"""Four of the models as modules of `flax.nnx`. It claims all that we do."""

# hyperparameter -> its values, where it has not all of a model
ONLY = {'rnn.cell': ('elman', 'lstm', 'gru')}
