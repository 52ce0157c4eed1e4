"""How nbval runs the notebooks: kernels that see nothing of whoever runs it, and red cells that say what differs.

Without this the kernels would read start-up files, profiles and settings of IPython and Jupyter.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from compute_ledger import new_project
from compute_ledger.report.diff import red_cells
from compute_ledger.report.kernels import isolation

UNCOMPARED = Path(new_project.__file__).with_name("report") / "notebooks/nbval.cfg"


def pytest_configure(config: pytest.Config) -> None:
    scratch = Path(tempfile.mkdtemp(prefix="nbval-"))
    config.add_cleanup(lambda: shutil.rmtree(scratch))
    alone = isolation.isolated(os.environ, scratch)
    os.environ.clear()
    os.environ.update(alone)
    config.option.nbval_sanitize_with = getattr(config.option, "nbval_sanitize_with", None) or str(UNCOMPARED)
    # Where CI is set pytest's summary repeats the whole of what each red cell has said.
    config.option.force_short_summary = True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: Any, call: pytest.CallInfo[None]) -> Iterator[None]:
    """nbval prints two dictionaries for a cell whose outputs differ; say instead what a reader would see changed."""
    report = yield
    # It keeps how the outputs differ, and only then.
    if call.when == "call" and report.failed and getattr(item, "comparison_traceback", None):
        report.longrepr = red_cells.story(item.path.name, item.cell, item.test_outputs)
    return report
