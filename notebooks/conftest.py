"""The kernels of nbval see nothing of whoever runs it: no start-up file, profile or setting of IPython and Jupyter."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from compute_ledger.report.kernels import isolation


def pytest_configure(config: pytest.Config) -> None:
    scratch = Path(tempfile.mkdtemp(prefix="nbval-"))
    config.add_cleanup(lambda: shutil.rmtree(scratch))
    alone = isolation.isolated(os.environ, scratch)
    os.environ.clear()
    os.environ.update(alone)
