"""Situations, each a small function that runs, in groups of one module.

The first error of a situation is `First`, an error of the cleanup `Second`.
`cases.run` runs one and says what came out, what was logged, and how many
traceback entries the helper added.
"""
