"""A module taken apart for its page, and what happened when it ran."""
