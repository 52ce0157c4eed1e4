"""Clones of what is committed, each with an environment in it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from .conditions import Condition
from .machine import MissingError

ROOT = Path(__file__).parents[2]
HERE = "{}.{}".format(*sys.version_info)
SCRIPT_HEAD = 2000  # bytes in which a script names the Python that runs it


class Clones:
    """Clones below `work`; the environment is installed once for each Python, and copied into the others."""

    def __init__(self, work: Path) -> None:
        self.work = work
        self._ready: dict[str, Path] = {}

    def ready(self, python: str) -> Path:
        """A clone with its environment installed by `python`, under no condition."""
        if python not in self._ready:
            clone = self.work / f"ready-{len(self._ready)}"
            run(["git", "clone", "--quiet", str(ROOT), str(clone)], self.work)
            run(["make", f"PYTHON={python}", ".venv/.ready"], clone)
            self._ready[python] = clone
        return self._ready[python]

    def make(self, condition: Condition, home: Path) -> Path:
        """The clone of a condition, in `home`."""
        clone = home / condition.clone
        clone.parent.mkdir(parents=True, exist_ok=True)
        if condition.form == "archive":
            clone.mkdir()
            run(["git", "archive", f"--output={home / 'download.tar'}", "HEAD"], ROOT)
            run(["tar", "-xf", str(home / "download.tar"), "-C", str(clone)], home)
        elif condition.form == "worktree":
            run(["git", "clone", "--quiet", str(ROOT), "main"], home)
            run(["git", "worktree", "add", "--quiet", str(clone)], home / "main")
        else:
            run(["git", *condition.git, "clone", "--quiet", *condition.git, str(ROOT), str(clone)], home)
        if not condition.set_up:
            copy_environment(self.ready(find_python(condition.python)), clone)
        if condition.spoil:
            condition.spoil(clone)
        return clone


def copy_environment(ready: Path, clone: Path) -> None:
    """The environment of the clone `ready` in another one: links to its files, but for those that name their place."""
    shutil.copytree(ready / ".venv", clone / ".venv", symlinks=True, copy_function=os.link)
    before, after = os.fsencode(ready), os.fsencode(clone)
    for path in (clone / ".venv/bin").iterdir():
        text = b"" if path.is_symlink() else path.read_bytes()
        if before in text[:SCRIPT_HEAD]:
            mode = path.stat().st_mode
            path.unlink()  # the link, not the file of the other clone
            path.write_bytes(text.replace(before, after))
            path.chmod(mode)
    install = ["-m", "pip", "install", "--quiet", "--no-user", "--no-deps", "--no-build-isolation", "--editable", "."]
    run([".venv/bin/python", *install], clone)
    (clone / ".venv/.ready").unlink()
    (clone / ".venv/.ready").touch()


def find_python(version: str) -> str:
    """A Python of that version, on the PATH or built by pyenv; '' means the one that runs this."""
    if version in ("", HERE):
        return sys.executable
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    built = sorted(map(str, (pyenv / "versions").glob(f"{version}.*/bin/python3")))
    for program in [*built, shutil.which(f"python{version}") or ""]:
        if program and not subprocess.run([program, "-c", "import ensurepip"], capture_output=True).returncode:
            return program
    raise MissingError(f"no Python {version} on this machine")


def run(words: list[str], folder: Path) -> None:
    """Run what must succeed before anything can be tried."""
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(words)} in {folder}: {done.stdout[-1000:]}{done.stderr[-1000:]}")
