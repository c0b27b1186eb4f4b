"""Runs the command: `python -m reraise_lint`."""

import sys

from reraise_lint.cli import main

if __name__ == "__main__":
    sys.exit(main())
