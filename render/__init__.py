"""What a page computes while the site is built.

`blocks` fills the fenced blocks of pages. `lessons` prepares modules of
`examples/` for the templates of mkdocstrings, and `sources` those of installed
packages; `html` builds code, tables and links for all of them. `languages` holds the
sentences in the language of the page. `publish` builds the site and adds what
needs all pages. `measure` writes the data that takes too long for a build.
"""
