"""One condition tried: its clone, its environment, its steps in order, and the bytes of what they make."""

import json
import os
import shutil
import subprocess
from contextlib import ExitStack
from pathlib import Path

from . import commands, machine
from .clones import ROOT, Clones, find_python, run
from .commands import ACTIVATE, BOOK, Step
from .conditions import Condition

LAST_WORDS = 300  # characters of a failure that its line has
# What was set for the process that asked for this is no habit of the machine.
NOT_PASSED_ON = ("COMPUTE_LEDGER_", "MAKE", "MFLAGS")


class Bench:
    """Conditions are tried in folders below `work`; what they share is made when the first asks for it."""

    def __init__(self, work: Path) -> None:
        self.clones = Clones(work)
        self.work = work
        self.readme = (ROOT / "README.md").read_text(encoding="utf-8")
        self._made_here: dict[str, dict[str, str]] = {}

    def failure(self, condition: Condition) -> str:
        """The step that failed with its last words; empty when all held. MissingError where it cannot be made."""
        home = self.work / condition.name.replace(" ", "-").replace("/", "-")
        (home / "outside/empty").mkdir(parents=True)
        with ExitStack() as stack:
            around = list(condition.words)
            if around and not shutil.which(around[0]):
                raise machine.MissingError(f"no {around[0]}")
            if condition.around:
                around = [*condition.around(), *around]
            if condition.limit_mb:
                around = [*stack.enter_context(machine.memory(condition.limit_mb)), *around]
            environment = self._environment(condition, home)
            clone = self.clones.make(condition, home)
            for step in commands.steps(condition.runs, self.readme):
                told = _failure([*around, "bash", "-c", step.line], step, clone, environment, home / "log.txt")
                if not told and step.makes and condition.same_bytes:
                    told = self._difference(step, clone, environment)
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
        if condition.made:
            kept |= condition.made(home, self.clones.ready(find_python(condition.python)) / ".venv/bin/python")
        if "TMPDIR" in condition.settings:
            Path(kept["TMPDIR"]).mkdir(parents=True)
        return kept

    def _difference(self, step: Step, clone: Path, environment: dict[str, str]) -> str:
        """Which of the files that a step made are not those that it makes here."""
        found = sums(clone / step.makes.replace("$OUTSIDE", environment["OUTSIDE"]))
        expected = self._expected(BOOK if step.makes.startswith("$OUTSIDE") else step.makes)
        differing = sorted(name for name in {*found, *expected} if found.get(name) != expected.get(name))
        return f"{len(differing)} files have other bytes than here: {', '.join(differing[:3])}" if differing else ""

    def _expected(self, made: str) -> dict[str, str]:
        """Sums of the files that the README's command makes in a clone under no condition."""
        if made not in self._made_here:
            clone, line = self.clones.ready(find_python("")), commands.making(self.readme)[made]
            run(["bash", "-c", line if made == BOOK else f"{ACTIVATE} && {line}"], clone)
            self._made_here[made] = sums(clone / made)
        return self._made_here[made]


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


def sums(book: Path) -> dict[str, str]:
    """Hash of each file of a book, as its manifest has it."""
    return dict(json.loads((book / "manifest.json").read_text(encoding="utf-8"))["files"])
