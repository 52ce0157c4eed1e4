"""Pages as they are printed on A4, also by a reader whose device is set to dark."""

import pytest

from compute_ledger.report.book.contents import read_contents

from .conftest import ROOT
from .visit import Tabs

# A4 less the margins of 1 cm that Chromium leaves, at 96 px an inch
PAPER_WIDTH_PX = 718
PRINTED = [f"{chapter.slug}.html" for chapter in read_contents(ROOT).chapters[:2]]


@pytest.mark.parametrize("name", [*PRINTED, "print.html"])
def test_page_prints_whole_and_without_its_frame(tabs: Tabs, addresses: dict[str, str], name: str):
    with tabs.visit(addresses["file"] + name, PAPER_WIDTH_PX) as page:
        page.tab.emulate_media(media="print", color_scheme="dark")
        problems = page.run("paper") + page.run("contrast")
        assert not problems, "\n".join(problems)
