"""Programs that tests start in a process of their own, since it is killed, is somebody else or mounts what it wants."""

import sys
from pathlib import Path

from tests.tiny_project import REPO


def command(name: str, *words: str | Path) -> list[str]:
    """The command line of the program `name` of this folder."""
    return [sys.executable, str(REPO / f"tests/programs/{name}.py"), *map(str, words)]
