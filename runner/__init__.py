"""What runs in the reader's browser: Python, the lessons, and the panel.

`pack` makes the files that a site serves; `session` and `tracer` run in the
browser's Python, and the tracer while the site is built as well; the scripts
beside them run in the page and in its worker.
"""
