"""Installs this project in the environment of the Python that runs this.

What `pip install --editable` would write, and what only the site needs: the
import path, so that a plain `mkdocs serve` finds examples/ and render/, and
the entry points of pyproject.toml, by which MkDocs and flake8 find plugins.
"""

import sysconfig
import tomllib
from pathlib import Path

root = Path(__file__).resolve().parents[1]
given = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
project = given["project"]
name, version = project["name"].replace("-", "_"), project["version"]
packages = Path(sysconfig.get_path("purelib"))
about = packages / f"{name}-{version}.dist-info"
about.mkdir(exist_ok=True)
(packages / f"{project['name']}.pth").write_text(f"{root}\n", "utf-8")
(about / "METADATA").write_text(
    f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", "utf-8"
)
(about / "entry_points.txt").write_text(
    "".join(
        f"[{group}]\n"
        + "".join(f"{key} = {value}\n" for key, value in points.items())
        for group, points in (
            *project["entry-points"].items(),
            *given["tool"]["site"]["entry-points"].items(),
        )
    ),
    "utf-8",
)
