"""A network that settles, and the transform it is made with, in three ways."""
