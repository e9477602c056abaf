"""The descriptions of all networks, which the three ways share."""

FAMILIES = (
  'dense',
  'cells',
  'sequences',
  'batches',
  'depth',
  'chance',
  'state',
  'attention',
  'control',
  'gradients',
  'memory',
  'views',
  'language',
)
"""The families, in the order in which a reader meets them."""
