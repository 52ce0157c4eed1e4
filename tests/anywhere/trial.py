"""One condition tried: its clone, its environment, its steps in order, and the bytes of what they make."""

import json
import os
import shutil
import subprocess
import tempfile
from contextlib import ExitStack
from pathlib import Path

from . import commands, machine
from .clones import HERE, ROOT, Clones, find_python, run
from .commands import ACTIVATE, BOOK, Step
from .conditions import Condition

LAST_WORDS = 300  # characters of a failure that its line has
DATE = "SOURCE_DATE_EPOCH"  # of which a build makes bytes
# What was set for the process that asked for this is no habit of the machine.
NOT_PASSED_ON = ("COMPUTE_LEDGER_", "MAKE", "MFLAGS")


class Bench:
    """Conditions are tried in folders below `work`; what they share is made when the first asks for it."""

    def __init__(self, work: Path) -> None:
        self.clones = Clones(work)
        self.work = work
        self.readme = (ROOT / "README.md").read_text(encoding="utf-8")
        self._made_here: dict[tuple[str, str], Path] = {}
        self._tried = 0

    def missing(self, condition: Condition) -> str:
        """What this machine lacks for a condition; empty when it can be made."""
        with tempfile.TemporaryDirectory(dir=self.work) as home, ExitStack() as stack:
            try:
                _around(condition, stack)
                find_python(condition.python)
                self._environment(condition, Path(home))
            except machine.MissingError as reason:
                return str(reason)
        return ""

    def failure(self, condition: Condition) -> str:
        """The step that failed with its last words; empty when all held."""
        self._tried += 1
        home = self.work / f"{self._tried:02}-{condition.name}"
        (home / "outside/empty").mkdir(parents=True)
        with ExitStack() as stack:
            around = _around(condition, stack)
            environment = self._environment(condition, home)
            clone = self.clones.make(condition, home)
            for step in commands.steps(condition.runs, self.readme):
                told = _failure([*around, "bash", "-c", step.line], step, clone, environment, home / "log.txt")
                if not told and step.makes:
                    told = self._difference(step, clone, environment, condition.python)
                if told:
                    return f"{step.line}: {told}"
        run(["chmod", "-R", "u+w", str(home)], self.work)
        shutil.rmtree(home)
        return ""

    def _environment(self, condition: Condition, home: Path) -> dict[str, str]:
        kept = {"PATH": os.environ["PATH"], **machine.registry()} if condition.only_path else dict(os.environ)
        kept = {name: value for name, value in kept.items() if not name.startswith(NOT_PASSED_ON)}
        kept["OUTSIDE"] = str(home / "outside")
        for name, value in condition.settings.items():
            kept.pop(name, None)
            if value is not None:
                kept[name] = value.format(outside=home / "outside")
        for maker in condition.made:
            kept |= maker.make(home, self.clones.ready(find_python("")) / ".venv/bin/python")
        if condition.set_up and condition.python:
            kept["PYTHON"] = find_python(condition.python)
        if "TMPDIR" in condition.settings:
            Path(kept["TMPDIR"]).mkdir(parents=True)
        return kept

    def _difference(self, step: Step, clone: Path, environment: dict[str, str], python: str) -> str:
        """Which of the files that a step made are not those that it makes here, but for the version of Python."""
        made = clone / step.makes.replace("$OUTSIDE", environment["OUTSIDE"])
        here = self._expected(BOOK if step.makes.startswith("$OUTSIDE") else step.makes, environment.get(DATE, ""))
        found, expected = sums(made), sums(here)
        differing = sorted(name for name in {*found, *expected} if found.get(name) != expected.get(name))
        if python not in ("", HERE):
            differing = [name for name in differing if _plain(made / name, python) != _plain(here / name, python)]
        return f"{len(differing)} files have other bytes than here: {', '.join(differing[:3])}" if differing else ""

    def _expected(self, made: str, date: str) -> Path:
        """What the README's command makes in a clone under no condition but the date that a build is told."""
        if (made, date) not in self._made_here:
            clone, line = self.clones.ready(find_python("")), commands.making(self.readme)[made]
            if made != BOOK:
                line = f"{ACTIVATE} && {line}"
            run(["bash", "-c", f"export {DATE}={date}; {line}" if date else line], clone)
            kept = self.work / f"made-here-{len(self._made_here)}"
            shutil.copytree(clone / made, kept)
            self._made_here[made, date] = kept
        return self._made_here[made, date]


def _around(condition: Condition, stack: ExitStack) -> list[str]:
    """Words before each command; what the limit of memory needs goes with the stack."""
    words = list(condition.words)
    if words and not shutil.which(words[0]):
        raise machine.MissingError(f"no {words[0]}")
    if condition.around:
        words = [*condition.around(), *words]
    return [*stack.enter_context(machine.memory(condition.limit_mb)), *words] if condition.limit_mb else words


def _failure(words: list[str], step: Step, clone: Path, environment: dict[str, str], log: Path) -> str:
    with log.open("ab") as told:
        told.write(f"$ {step.line}\n".encode())
        told.flush()
        begins = told.tell()
        done = subprocess.run(words, cwd=clone, env=environment, stdout=told, stderr=told, check=False)
    if done.returncode == step.code:
        return ""
    said = log.read_bytes()[begins:].decode("utf-8", "replace")
    return f"exit code {done.returncode}: {' '.join(said.split())[-LAST_WORDS:]}"


def _plain(file: Path, python: str) -> bytes:
    """What a file says, with this version of Python for that one; nothing where there is no file."""
    return file.read_bytes().replace(python.encode(), HERE.encode()) if file.is_file() else b""


def sums(book: Path) -> dict[str, str]:
    """Hash of each file of a book, as its manifest has it."""
    return dict(json.loads((book / "manifest.json").read_text(encoding="utf-8"))["files"])
