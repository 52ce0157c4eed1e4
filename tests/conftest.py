"""Options of the test suite."""

import os
from pathlib import Path

import pytest

# Pictures beside the charts are for viewers of notebooks; nbval ignores them and tests do not need them.
os.environ["COMPUTE_LEDGER_PICTURES"] = "0"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--book", default=None, help="folder of a built book; without it tests of the book are skipped")


@pytest.fixture(scope="session")
def book(request: pytest.FixtureRequest) -> Path:
    folder = request.config.getoption("--book")
    if folder is None:
        pytest.skip("no --book given; make site builds one and checks it")
    path = Path(folder).resolve()
    assert (path / "index.html").is_file(), f"{path} holds no book; run make book"
    return path


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of one chapter go to one worker, which runs the chapter once for all of them."""
    of_module = {"test_commitment_concentration": "commitment-concentration"}
    for item in items:
        callspec = getattr(item, "callspec", None)
        chapter = callspec.params.get("chapter") if callspec else None
        chapter = chapter or of_module.get(item.path.stem)
        if chapter:
            item.add_marker(pytest.mark.xdist_group(chapter))
