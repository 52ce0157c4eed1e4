"""An extension of IPython that every kernel of ours loads: where it finds modules, and a record of what it reads.

    IPKernelApp … --InteractiveShellApp.extra_extensions=compute_ledger.report.cache.kernel_extension

What is told to it comes in one variable, as JSON (see `Settings`), and goes from the environment before a cell runs.
What is recorded, and what is not, is said in `recorder`.
"""

import json
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compute_ledger.report.cache import askers, recorder, source_imports

VARIABLE = "COMPUTE_LEDGER_RECORDING"
ARGUMENT = f"--InteractiveShellApp.extra_extensions={__name__}"


@dataclass(frozen=True)
class Settings:
    """What a kernel is told: the folder of its notebook, beside which modules lie, and the file to `record` to.

    Of the project's modules the `known_modules`, known to be needed, count anyway.
    """

    notebook_folder: Path | None = None
    record: Path | None = None
    known_modules: tuple[str, ...] = ()

    def text(self, ours: Path) -> str:
        """The value of VARIABLE; files in the folder `ours` are none of the run's."""
        paths = {"notebook_folder": self.notebook_folder, "record": self.record, "ours": ours}
        return json.dumps(
            {name: str(path) for name, path in paths.items() if path} | {"known_modules": self.known_modules}
        )


def load_ipython_extension(shell: Any) -> None:
    """What IPython calls when a kernel starts."""
    settings = json.loads(os.environ.pop(VARIABLE, "{}"))
    if "notebook_folder" in settings:
        add_paths(settings["notebook_folder"])
    if "record" in settings:
        forget(settings["known_modules"])
        reads = recorder.Recorder(Path(settings["record"]), settings.get("ours", ""))
        reads.watch()
        shell.events.register("pre_run_cell", reads.begin)
        shell.events.register("post_run_cell", reads.end)


def add_paths(notebook_folder: str) -> None:
    """Find modules in the current folder and in `notebook_folder`, as IPython does: behind the standard library.

    IPython itself leaves out the current folder in a process started with -P, as our warm one is.
    """
    for folder in (notebook_folder, ""):
        if folder not in sys.path:
            ends = (place for place, path in enumerate(sys.path) if path.endswith(("site-packages", "dist-packages")))
            sys.path.insert(next(ends, len(sys.path)), folder)
    sys.path.remove("")
    sys.path.insert(sys.path.index(notebook_folder), "")


def forget(known_modules: Iterable[str]) -> None:
    """Drop the project's modules but the `known_modules`: imported ahead for other chapters, they would not be seen."""
    kept_modules = {
        *known_modules,
        *(name for name in sys.modules if f"{__name__}.".startswith(f"{name}.")),
        source_imports.__name__,
        recorder.__name__,
        askers.__name__,
    }
    for name in askers.own_modules():
        # Of those of the project also what they read when they are imported has to be seen.
        if name not in kept_modules or not askers.is_package(name):
            parent, _, last = name.rpartition(".")
            if parent in sys.modules:
                vars(sys.modules[parent]).pop(last, None)
            del sys.modules[name]
