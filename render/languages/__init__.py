"""The language of a page, its translations and their catalogues."""
