"""Commands that write `docs/data/`."""
