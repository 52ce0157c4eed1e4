"""What a run must not see of whoever starts it: their profile, start-up files and settings of IPython and Jupyter."""

import os
from collections.abc import Mapping
from pathlib import Path

HIDDEN = (
    "PYTHONSTARTUP",  # kernels run it
    "PYTHONOPTIMIZE",  # no assert of a notebook would be heeded, and Altair could not be imported
)


def home() -> dict[str, str]:
    """A variable for a user whom neither HOME nor the system gives a home: Altair cannot be imported without one."""
    return {"HOME": "/"} if os.path.expanduser("~") == "~" else {}


def folders(scratch: Path) -> dict[str, str]:
    """The variables that lead IPython and Jupyter to the empty folder `scratch`."""
    names = ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR")
    return {**dict.fromkeys(names, str(scratch)), "PYDEVD_DISABLE_FILE_VALIDATION": "1", **home()}


def isolated(environment: Mapping[str, str], scratch: Path) -> dict[str, str]:
    """The `environment` of a process that runs cells."""
    return {name: value for name, value in environment.items() if name not in HIDDEN} | folders(scratch)
