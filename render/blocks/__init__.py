"""The fenced blocks of pages, each turned into HTML."""
