"""What a page computes while the site is built.

`lesson` and `upstream_docs` prepare modules for the templates of mkdocstrings,
`fences` fills the fenced blocks named `upstream`, `run` and `release`, `wild`
those with what the survey counted, `challenge` the tasks at the ends of
lessons; `code` colours what they show. `finish` adds what needs all pages.
"""
