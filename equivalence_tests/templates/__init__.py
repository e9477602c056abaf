"""The templates that `equivalence new` copies under other names.

`model` and `transform` have the files of a network. `project` has the files
around it: the page of a chapter, or a project of its own.
"""
