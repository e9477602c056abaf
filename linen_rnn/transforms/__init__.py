"""New transforms for modules, as wrappers of the scope form."""
