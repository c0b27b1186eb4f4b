"""What runs in the reader's browser: Python, the lessons, and the panel.

`pack` makes the files that a site serves; `session` and `tracer` run in the
browser's Python, and the tracer while the site is built as well; the scripts
beside them run in the page and in its worker.
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
