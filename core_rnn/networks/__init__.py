"""What each network computes, takes and returns: said once, for every way."""
