"""Every page in a real browser, from disk and from a server, with and without JavaScript, at every width and colour."""

import pytest

from .conftest import pages_of
from .visit import AGAIN, STATES, Tabs, seen_before, seen_twice

# Where a page comes from changes what it may load, not how it is laid out: of the server's, two states are looked at.
# Each way is opened at another width than the one beside it.
FIRST_WIDTH_PX = {("file", "js"): 1280, ("file", "nojs"): 375, ("http", "js"): 375, ("http", "nojs"): 1280}
MOST_ROWS = 60


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every page in every way; those whose templates another has over the same data or more, from disk."""
    ways = [(name, way) for name in pages_of(metafunc) for way in FIRST_WIDTH_PX if not seen_twice(name)]
    ways = [(name, way) for name, way in ways if way == ("file", "js") or not seen_before(name)]
    ids = [f"{name}-{'-'.join(way)}" for name, way in ways]
    metafunc.parametrize(("page_name", "way"), ways, ids=ids)


def test_page_is_whole_and_quiet(tabs: Tabs, addresses: dict[str, str], page_name: str, way: tuple[str, str]):
    origin, script = way
    home = addresses[origin]
    with tabs.visit(home + page_name, FIRST_WIDTH_PX[way], script=script == "js") as page:
        page.let_scripts_run(True)
        moved = page.run("shift")
        problems = page.run("order")
        if way != ("file", "js"):
            page.run("shorten_tables", MOST_ROWS)
        problems += page.in_states("look", AGAIN if origin == "http" or page_name.endswith("print.html") else STATES)
        assert [address for address in page.asked if not address.startswith(home)] == []
        assert len(page.asked) <= 4
        assert page.said == []
        assert not problems, "\n".join(problems)
        assert moved == 0
