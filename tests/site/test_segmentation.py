"""Chinese text is divided into words for the search."""

import marshal
import os
import subprocess
import sys
from pathlib import Path

from tests.project import ROOT

_PROGRAM = """
import jieba
from markdown import markdown

markdown("text", extensions=["render.languages.segmentation"])
print(*jieba.cut("异常继续传播"))
"""


def test_words_come_from_no_shared_file(tmp_path: Path) -> None:
    """Whoever else writes into the temporary folder has no say in them."""
    shared = tmp_path / "jieba.cache"
    before = marshal.dumps(
        ({"异": 0, "异常": 0, "异常继": 0, "异常继续": 9}, 9)
    )
    shared.write_bytes(before)
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        check=True,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    assert done.stdout.split() == ["异常", "继续", "传播"]
    assert [*tmp_path.iterdir()] == [shared]
    assert shared.read_bytes() == before
