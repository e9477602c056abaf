"""What `equivalence new` does: templates, renamed, go to their places."""
