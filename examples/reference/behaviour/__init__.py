"""Cases, each a small function that runs, in groups of one module.

The first error of a case is `First`, an error of the cleanup `Second`.
`cases.run` runs one and says what reached the caller, what was logged, and how many
traceback entries the helper added.
"""

# A function under `@case` declares its result, and a test compares. After a
# change here, `make versions` runs all of them on other releases too.
