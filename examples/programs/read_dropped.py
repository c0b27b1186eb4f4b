import ast
import re

# Put your own log here: whole lines, as many as you like.
LOG = r"""
2027-01-15 08:00:00.000 4242 ERROR oslo_utils.excutils [-] Original exception being dropped: ['Traceback (most recent call last):\n', '  File "oslo_log_text.py", line 29, in release\n    raise ConnectionError("Neutron is down")\n', 'ConnectionError: Neutron is down\n']: OSError: the database is down
"""

# A complete Python string, with a comma or the list's end after it.
ESCAPED = r"\\[\r\n]*[^\r\n]"
STRING = rf"""(?:'(?:[^'\\]|{ESCAPED})*'|"(?:[^"\\]|{ESCAPED})*")(?=\s*[],])"""
LIST = re.compile(rf"\[\s*({STRING}(?:\s*,\s*{STRING})*)\s*(]?)")


def tracebacks(log):
    for part in re.split(r"exception\s+being\s+dropped:\s*", log)[1:]:
        # JSON doubles each backslash, and JSON inside JSON does it again.
        while re.match(r"\[\\|[^\\]*\\\\+n", part):
            part = re.sub(r"""\\([\\"'])""", r"\1", part)
        first, _, _ = part.partition("\n")
        found = LIST.match(part)
        if not found:
            yield f"(no complete list) {first}\n"
            continue
        # A terminal or a mail program may have broken the line.
        strings = re.sub(r"[\r\n]", "", found[1])
        text = "".join(ast.literal_eval(f"[{strings}]"))
        # JSON writes some characters as two.
        pairs = text.encode("utf-16", "surrogatepass")
        yield pairs.decode("utf-16", "replace")
        rest, _, _ = part[found.end() :].partition("\n")
        if not found[2]:
            yield "(the rest of the message is missing)\n"
        elif rest.startswith(": "):
            yield f"Replaced by: {rest[2:]}\n"


print("\n".join(tracebacks(LOG)))
