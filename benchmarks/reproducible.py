"""Build the book a second time with all that could matter different, and compare it with the published one.

    python benchmarks/reproducible.py [BOOK]     # default: book/_build/html, as `make book` leaves it

The second build is cold, in another folder, with another time zone, language, hash seed, home and number of workers,
without the instructions of newer processors and, where the system has namespaces of users, as another user. Exit code
1 and a line for each file that differs.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
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
        **older_processor(),
    }


@cache
def dispatched() -> list[str]:
    """Groups of instructions beyond the least, which numpy uses on this machine; none on a processor without any."""
    program = "from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__ as there; "
    program += "print(*(name for name in __cpu_dispatch__ if there[name]))"
    # In a process of its own: this one may have been told to do without.
    settings = {name: value for name, value in os.environ.items() if name != "NPY_DISABLE_CPU_FEATURES"}
    done = subprocess.run([sys.executable, "-c", program], env=settings, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.split()


def older_processor() -> dict[str, str]:
    """Settings under which numpy and OpenBLAS compute as on a processor that has only the least they need."""
    # A name that is given to numpy and that the processor has not is an error.
    return {"NPY_DISABLE_CPU_FEATURES": " ".join(dispatched()), "OPENBLAS_CORETYPE": "Prescott"}


def as_another_user() -> list[str]:
    """What to put before a command so that it runs as user 1234 of a namespace; empty where the system has none."""
    words = ["unshare", "--user", "--map-user=1234", "--map-group=1234"]
    try:
        return words if subprocess.run([*words, "true"], capture_output=True, check=False).returncode == 0 else []
    except FileNotFoundError:
        return []


def main() -> int:
    book = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "book/_build/html").resolve()
    with tempfile.TemporaryDirectory() as temporary:
        project, home = Path(temporary) / "another place", Path(temporary) / "home"
        home.mkdir()
        project.mkdir()
        for name in SOURCES:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            copy(ROOT / name, project / name, **({"ignore": NOT_SOURCES} if copy is shutil.copytree else {}))
        user = as_another_user()
        command = [*user, sys.executable, "-c", MAIN, "build", "--no-cache", "--jobs", "1"]
        subprocess.run(command, cwd=project, env=other_settings(home) | {"PYTHONPATH": str(project)}, check=True)
        differing = _differing(book, project / "book/_build/html")
    for name in differing:
        sys.stdout.write(f"{name}: differs\n")
    as_whom = "as another user" if user else "as the same user"
    less = f"without {', '.join(dispatched())}" if dispatched() else "on a processor with the least instructions"
    sys.stdout.write(f"{len(differing)} files differ; built again {as_whom}, {less}\n")
    return 1 if differing else 0


def _differing(book_a: Path, book_b: Path) -> list[str]:
    from compute_ledger.report.book.manifest import read_manifest

    sums = [(read_manifest(folder) or {})["files"] for folder in (book_a, book_b)]
    return sorted(name for name in {*sums[0], *sums[1]} if sums[0].get(name) != sums[1].get(name))


if __name__ == "__main__":
    sys.exit(main())
