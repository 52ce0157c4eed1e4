"""On whose behalf code asks: the notebook's and the project's own, an installed package's, or the import system's.

The frames given are those of whoever asks, the innermost first.
"""

import functools
import sys
import sysconfig
from pathlib import Path
from types import FrameType

import compute_ledger
from compute_ledger.report.cache import source_imports

OWN_PACKAGE = f"{Path(compute_ledger.__file__).parent}/"  # wherever it is installed, its files count
# Modules through which code asks for variables, and whether a file is there, itself.
HANDS_ON = (
    "os",
    "collections.abc",
    "_collections_abc",
    "genericpath",
    "posixpath",
    "pathlib",
    "pathlib._local",
    "glob",
)
OF_SOURCES = ("linecache", "inspect")  # which look for code to show it
MAGICS = "IPython.core.magics."


def own_modules() -> dict[str, str]:
    """Name -> file of the modules that are there and that no package manager has put there."""
    module_paths = {}
    for name, module in list(sys.modules.items()):
        path = getattr(module, "__file__", None)
        if isinstance(path, str) and path.endswith(".py") and (is_package(name) or not is_managed(path)):
            module_paths[name] = path
    return module_paths


def is_package(name: str) -> bool:
    """Whether that is a module of this package."""
    return name.partition(".")[0] == source_imports.PACKAGE


def is_managed(path: str) -> bool:
    """Whether it is a file of Python or of an installed package, or no file at all but a frozen module."""
    return path.startswith(_managed()) and not path.startswith(OWN_PACKAGE)


def is_importing(frame: FrameType | None) -> bool:
    """Whether the import system asks, or importlib.metadata, which looks through the same folders."""
    file = frame.f_code.co_filename if frame else ""
    return file.startswith("<frozen importlib") or "/importlib/" in file or file == "<frozen zipimport>"


def is_of_run(frame: FrameType | None, itself: bool = False) -> bool:
    """Whether a cell or a module of the project asks, by a magic or through the standard library; or only `itself`.

    What the standard library asks while it is imported, or to show sources, is nobody's.
    """
    while frame and frame.f_globals.get("__name__") in HANDS_ON:
        frame = frame.f_back
    while frame and not itself and _is_standard(frame.f_code.co_filename):
        if is_importing(frame) or frame.f_globals.get("__name__") in OF_SOURCES:
            return False
        frame = frame.f_back
    if frame is None or str(frame.f_globals.get("__name__")).startswith(MAGICS):
        return True
    return not is_managed(frame.f_code.co_filename)


def _is_standard(path: str) -> bool:
    return path.startswith(_standard()) and "/site-packages/" not in path and "/dist-packages/" not in path


@functools.cache
def _standard() -> tuple[str, ...]:
    return (*(f"{sysconfig.get_path(name)}/" for name in ("stdlib", "platstdlib")), "<frozen ")


@functools.cache
def _managed() -> tuple[str, ...]:
    return (*(f"{folder}/" for folder in source_imports.managed()), "<frozen ")
