"""Run a command as on a machine that has next to nothing: python -m tests.anywhere.bare COMMAND…

An empty home, one font where there is any, and only the oldest instructions of the processor: what passes here does
not pass because of what this machine happens to have. What has to be installed must be there before.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from . import machine


def main(command: list[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="bare-") as made:
        home = Path(made) / "home"
        home.mkdir()
        environment = {name: value for name, value in os.environ.items() if name not in machine.of_this_home()}
        environment |= {"HOME": str(home), **machine.oldest_cpu(Path(sys.executable))}
        environment |= machine.fonts(Path(made) / "fonts", one=True)
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except machine.MissingError as reason:
        sys.exit(f"this machine cannot be made bare: {reason}")
