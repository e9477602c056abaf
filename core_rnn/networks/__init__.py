"""What each network computes, takes and returns: said once, for every way."""

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
