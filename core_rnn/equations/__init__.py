"""Mathematics that all ways share, where lifting has no part in it."""
