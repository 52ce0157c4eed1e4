"""Every page in a real browser, from disk and from a server, with and without JavaScript, at every width and colour."""

import pytest
from playwright.sync_api import Browser

from .conftest import pages_of, without_alike
from .visit import AGAIN, STATES, Tabs, seen_before, seen_twice

# Where a page comes from changes what it may load, not how it is laid out: of the server's, two states are looked at.
# Each way is opened at another width than the one beside it.
FIRST_WIDTH_PX = {("file", "js"): 1280, ("file", "nojs"): 375, ("http", "js"): 375, ("http", "nojs"): 1280}
MOST_ROWS = 60


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every page in every way; those whose templates another has over the same data or more, from disk."""
    if "way" not in metafunc.fixturenames:
        return
    ways = [
        (name, way)
        for name in without_alike(metafunc, pages_of(metafunc))
        for way in FIRST_WIDTH_PX
        if not seen_twice(name)
    ]
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


@pytest.mark.parametrize("script", [True, False], ids=["js", "nojs"])
def test_the_first_page_of_a_visit_is_not_set_anew_in_its_typefaces(
    browser: Browser, addresses: dict[str, str], script: bool
):
    """Later pages of a tab have them in memory."""
    with Tabs(browser).visit(f"{addresses['file']}status.html", 375, script=script) as page:
        page.let_scripts_run(True)
        assert page.run("shift") == 0
