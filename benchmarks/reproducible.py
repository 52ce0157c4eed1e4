"""Build the book a second time with all that could matter different, and compare it with the published one.

    python benchmarks/reproducible.py [BOOK]     # default: book/_build/html, as `make book` leaves it

The second build is cold, in another folder, with another time zone, language, hash seed, home and number of workers
and, where this process may, as another user. Exit code 1 and a line for each file that differs. Fonts are those of
this machine: the SVGs do not depend on them, but a PNG may, where another Liberation Sans is installed than
vl-convert's own.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
NOBODY = 65534
SOURCES = ("book", "compute_ledger", "data", "notebooks", "LICENSE-DATA", "pyproject.toml")
NOT_SOURCES = shutil.ignore_patterns("_build", "__pycache__")
MAIN = "from compute_ledger.cli import main; main()"


def other_settings(folder: Path) -> dict[str, str]:
    """An environment that has nothing in common with this one but PATH; its home is `folder`."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "TZ": "Pacific/Kiritimati",
        "LANG": "tr_TR.UTF-8",
        "LC_ALL": "C",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONUTF8": "0",
        "PYTHONHASHSEED": "4242",
    }


def other_user() -> dict[str, Any]:
    """How to start a process as nobody; empty where this one may not, or where nobody cannot read the interpreter."""
    user: dict[str, Any] = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    try:
        tried = subprocess.run([sys.executable, "-c", "import compute_ledger, pandas"], cwd="/", **user, check=False)
    except OSError:
        return {}
    return user if tried.returncode == 0 else {}


def owned_by(folder: Path, user: Mapping[str, Any]) -> None:
    """Give `folder` with all in it to the `user`, if there is one."""
    for path in (folder, *folder.rglob("*")) if user else ():
        os.chown(path, user["user"], user["group"])


def main() -> int:
    book = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "book/_build/html").resolve()
    with tempfile.TemporaryDirectory() as made:
        os.chmod(made, 0o755)
        project, home = Path(made) / "another place", Path(made) / "home"
        home.mkdir()
        project.mkdir()
        for name in SOURCES:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            copy(ROOT / name, project / name, **({"ignore": NOT_SOURCES} if copy is shutil.copytree else {}))
        user = other_user()
        owned_by(Path(made), user)
        command = [sys.executable, "-c", MAIN, "build", "--no-cache", "--jobs", "1"]
        subprocess.run(
            command, cwd=project, env=other_settings(home) | {"PYTHONPATH": str(project)}, **user, check=True
        )
        differing = _differing(book, project / "book/_build/html")
    for name in differing:
        sys.stdout.write(f"{name}: differs\n")
    as_whom = "as another user" if user else "as the same user"
    sys.stdout.write(f"{len(differing)} files differ; built again {as_whom}\n")
    return 1 if differing else 0


def _differing(one: Path, other: Path) -> list[str]:
    from compute_ledger.report.publish import read_manifest

    sums = [(read_manifest(book) or {})["files"] for book in (one, other)]
    return sorted(name for name in {*sums[0], *sums[1]} if sums[0].get(name) != sums[1].get(name))


if __name__ == "__main__":
    sys.exit(main())
