"""What a page computes while the site is built.

`blocks` fills the fenced blocks of pages. `lessons` prepares modules of
`examples/` for the templates of mkdocstrings, and `sources` those of installed
packages; `html` builds code, tables and links for all of them. `languages` holds the
sentences in the language of the page. `publish` builds the site and adds what
needs all pages. `measure` writes the data that takes too long for a build.
"""

import sys

if sys.argv[:1] == ["-m"]:
    # A command of this package, whose modules are still to be imported. Ctrl-C
    # ends it without a traceback; a shell then has the status 130.
    sys.excepthook = lambda kind, *about: (
        None
        if issubclass(kind, KeyboardInterrupt)
        else sys.__excepthook__(kind, *about)
    )
