"""Cards of chapters in the place of a list: from what the chapters say, escaped, and only where there are chapters."""

from dataclasses import replace

from markupsafe import Markup

from compute_ledger.report.book.contents import read_contents
from compute_ledger.report.pages.exporter import Page
from compute_ledger.report.site.reading import chapter_cards

from ....tiny_project import CONTENTS, make_project

LIST = "<p>a</p><!-- chapters --><ol><li>Chapter</li></ol><!-- /chapters --><p>b</p>"
DRAWN = {
    "kind": "exhibit",
    "svg": {"wide": Markup('<svg width="9" height="9"><path d="M0,0h1" fill="red"/></svg>')},
}
CLAIM = {"kind": "prose", "claim": Markup("Two &amp; two are <b>four</b>")}


def test_a_card_has_the_question_the_first_claim_and_the_first_chart(tmp_path):
    words = CONTENTS.replace('title = "Chapter"', 'title = "Chapter"\nquestion = "What is <two>?"')
    contents = read_contents(make_project(tmp_path, words))
    blocks = ({"kind": "prose", "claim": Markup("")}, CLAIM, {**CLAIM, "claim": Markup("Later")}, DRAWN)
    pages = [Page("index", "latest", LIST), Page("chapter", "latest", "", blocks=blocks)]
    html = chapter_cards.with_cards(LIST, contents, pages, contents.editions[0])
    assert html.startswith("<p>a</p><ol")
    assert html.endswith("</ol>\n<p>b</p>")
    assert '<h3><a href="chapter.html">What is &lt;two&gt;?</a></h3>' in html
    assert "<p>Two &amp; two are <b>four</b>.</p>" in html
    assert "Later" not in html
    assert html.count('<svg class="miniature"') == 1
    kept = replace(pages[1], blocks=(), answer=chapter_cards.answer(blocks))
    assert chapter_cards.with_cards(LIST, contents, [pages[0], kept], contents.editions[0]) == html


def test_a_chapter_that_claims_nothing_says_what_it_is_about(tmp_path):
    contents = read_contents(make_project(tmp_path))
    page = Page("chapter", "latest", "", abstract="About <it>.")
    html = chapter_cards.with_cards(LIST, contents, [page], contents.editions[0])
    assert "<p>About &lt;it&gt;.</p>" in html
    assert ">Chapter</a></h3>" in html
    assert "<svg" not in html


def test_without_other_chapters_the_list_stays(tmp_path):
    contents = read_contents(make_project(tmp_path))
    assert chapter_cards.with_cards(LIST, contents, [Page("index", "latest", LIST)], contents.editions[0]) == LIST


def test_a_chart_that_is_too_large_gives_way_to_the_next():
    large = Markup('<svg width="9" height="9"><path d="{}" fill="red"/></svg>').format("M0,0h1" * 3_000)
    given = chapter_cards.answer(({"kind": "exhibit", "svg": {"wide": large}}, DRAWN))
    assert 'd="M0,0h1"' in given["miniature"]
