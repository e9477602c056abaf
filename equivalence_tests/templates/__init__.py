"""Packages to begin with: what `equivalence new` copies, under other names.

In `model` and `transform` is what a network is written in, in `project` what
stands around it: the page of a chapter here, or a project of one's own.
"""
