"""What the notebooks of this project keep of their outputs."""

from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = sorted((Path(__file__).parents[3] / "notebooks").glob("*.ipynb"))
MOST_BYTES = 4_800_000


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_picture_is_stored(path):
    stored = nbformat.read(path, as_version=4)
    outputs = [(cell.id, output) for cell in stored.cells for output in cell.get("outputs", ())]
    assert outputs
    kinds = [(cell, kind) for cell, output in outputs for kind in output.get("data", ())]
    pictures = [(cell, kind) for cell, kind in kinds if kind.startswith("image/")]
    assert not pictures, "make refresh stores the outputs anew, without pictures"


def test_all_notebooks_together_weigh_less_than_five_megabytes():
    assert NOTEBOOKS
    assert sum(path.stat().st_size for path in NOTEBOOKS) < MOST_BYTES
