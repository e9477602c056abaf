"""The functional core: two ways, and the few files that all ways share."""
