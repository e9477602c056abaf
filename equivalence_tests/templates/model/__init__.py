"""A leaky network: equation, loop and fault, and three ways to write it."""
