"""Every page in a real browser, from disk and from a server, with and without JavaScript, at every width and colour."""

import pytest

from .visit import AGAIN, STATES, Tabs

FIRST_WIDTH_PX = {("file", True): 1280, ("file", False): 375, ("http", True): 375, ("http", False): 1280}
MOST_ROWS = 60


# Where a page comes from changes what it may load, not how it is laid out: of the server's, two states are looked at.
@pytest.mark.parametrize("script", [True, False], ids=["js", "nojs"])
@pytest.mark.parametrize("origin", ["file", "http"])
def test_page_is_whole_and_quiet(tabs: Tabs, addresses: dict[str, str], page_name: str, origin: str, script: bool):
    home = addresses[origin]
    with tabs.visit(home + page_name, FIRST_WIDTH_PX[origin, script], script=script) as page:
        page.let_scripts_run(True)
        moved = page.run("shift")
        problems = page.run("order")
        if (origin, script) != ("file", True):
            page.run("shorten_tables", MOST_ROWS)
        problems += page.in_states("look", AGAIN if origin == "http" or page_name.endswith("print.html") else STATES)
        assert [address for address in page.asked if not address.startswith(home)] == []
        assert len(page.asked) <= 4
        assert page.said == []
        assert not problems, "\n".join(problems)
        assert moved == 0
