"""How `with` is used in OpenStack's released code, counted.

`python -m survey` (`make survey`) reads the releases that `releases.csv` names
and writes `data/`.
Test code is told by its path: see `survey.reading.is_test`. "Lines" are all
lines of Python files, blank ones and comments included.

`data/releases.csv`: a row for each release, the newest of each project and,
for Cinder, Neutron and Nova, each cycle's newest.

- `project`, `version`; `cycle`: OpenStack's, where the release is one of a
  series; `newest`: `yes` or empty.
- `date`: when the release was packed; a point release years after its cycle.
- `lines`, `test_lines`: outside tests, and in them.
- `helper`, `test_helper`: uses of `save_and_reraise_exception()`.
- `bare_raises`: lines with a `raise` and nothing after it, outside tests.
- `test_*` is empty where only the series was asked for.

`data/sites.csv`: a row for each use of the helper outside tests, newest
releases only.

- `file`: the path in the wheel; `line`: where the block begins;
  `function`: with its classes.
- `catches`: what the innermost handler catches, as written; `everything` for
  a bare `except`; empty outside a handler.
- `arguments`: as written.
- `flag`: one of `survey.flags.FLAGS`; empty if the `with` has no `as` and the
  call has no argument `reraise`.
- `body`: one of `survey.bodies.BODIES`; `length`: its lines, comments and blank
  ones included, from its first line or comment to its last.
- `bare_raise`: `yes` if the body and a bare `raise` do the same; otherwise the
  reason: `flag`, `jump`, `raise`, `yield`, `outside a handler`,
  `without with`, `except*`, `another item` (after the helper in its `with`);
  empty for a finding that belongs to no use, such as a misspelt name.
- `findings`: what `reraise_lint` reports, `line: code`, parted by `; `.

`data/purposes.csv`: how many items of `with` are for what, by project, newest
releases; `code` is outside tests. Purposes: `survey.purposes.PURPOSES`.

`data/names.csv`: the names that a purpose consists of: its 20 most frequent
last words of a name, and in how many projects.

`data/changes.csv`: a row for each file whose number of uses of the helper
outside tests is not what it was in the cycle before, in `before` and `after`;
empty where there is no such file.

`data/sample.csv`: 50 items outside tests, drawn at random and always the same.
`tests/survey/verdicts.csv` says of each what a person thinks.

`data/unreadable.csv`: files that could not be parsed, and why.
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
