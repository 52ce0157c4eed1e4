"""What report.js and report.css add for reading: the theme, the labels of marks, permalinks, paper."""

import re
import shutil

import nbformat
import pytest

from compute_ledger.report.book.contents import read_contents
from compute_ledger.report.book.layout import PREVIEWS
from compute_ledger.report.pages.exporter import render_page
from compute_ledger.report.pages.page_context import PageJob
from tests.chromium import wait_until
from tests.report.pages.test_render import SOURCES, chart
from tests.tiny_project import REPO, executed, make_project

CSS = (REPO / "book/static/report.css").read_text(encoding="utf-8")
VALUES = [{"a": name, "b": amount} for name, amount in (("Oracle", 300), ("AWS", 138), ("Cerebras", 20))]
SPEC = {
    "data": {"values": VALUES},
    "mark": "bar",
    "width": 500,
    "encoding": {"y": {"field": "a", "type": "nominal", "sort": None}, "x": {"field": "b", "type": "quantitative"}},
}
WORDS = "# Claims\n\nWords and [a link](https://example.org/x).\n\n## Second"
PAPER = "getComputedStyle(document.body).backgroundColor"
WHITE, NIGHT = "rgb(255, 255, 255)", "rgb(20, 23, 26)"


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """Two pages with one chart each, in the frame of the book."""
    project = make_project(tmp_path_factory.mktemp("reading") / "p")
    contents, out = read_contents(project), project / "html"
    drawn = chart(title="Who has most", description="Bars: Oracle 300, AWS 138, Cerebras 20.")
    drawn["application/vnd.vegalite.v6+json"] = SPEC
    nbformat.write(executed(drawn, SOURCES, title=WORDS), project / "executed.ipynb")
    shutil.copytree(project / "book/static", out / "static")
    # What a page asks for when a link has the focus; nothing is to be previewed here.
    (out / PREVIEWS).write_text('window.reportPreviews={"terms":{},"labels":{},"rows":{}};', encoding="utf-8")
    for slug in ("index", "chapter"):
        page = render_page(PageJob(contents, contents.editions[0], contents.editions, slug, project / "executed.ipynb"))
        (out / f"{slug}.html").write_text(page.html, encoding="utf-8")
    return out


@pytest.fixture
def opened(browser, book):
    """A function that opens a page in a context with these settings; the console must stay silent."""
    contexts, messages = [], []

    def open_page(name="index.html", script="", **settings):
        context = browser.new_context(**settings)
        contexts.append(context)
        if script:
            context.add_init_script(script)
        page = context.new_page()
        page.on("console", lambda message: messages.append(message.text))
        page.on("pageerror", lambda error: messages.append(str(error)))
        page.goto(f"{book.as_uri()}/{name}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert messages == []


def test_dark_is_the_same_whether_the_system_or_the_reader_asks():
    rules = re.findall(r":root(?::not\(\[data-theme=\"light\"\]\)|\[data-theme=\"dark\"\]) \{(.*?)\}", CSS, re.DOTALL)
    by_system, by_reader = (dict(re.findall(r"(--[\w-]+): ([^;]+);", rule)) for rule in rules)
    assert by_system == by_reader
    assert len(by_system) >= 10


@pytest.mark.parametrize(("system", "automatic"), [("light", WHITE), ("dark", NIGHT)])
def test_the_reader_chooses_a_theme_and_finds_it_again(opened, system, automatic):
    page = opened(color_scheme=system)
    group = page.get_by_role("radiogroup", name="Theme")
    assert group.get_by_role("radio").evaluate_all("all => all.map(each => each.checked)") == [True, False, False]
    assert page.evaluate(PAPER) == automatic
    group.get_by_role("radio", name="Auto").focus()
    for key, paper, name in (("ArrowRight", WHITE, "Light"), ("ArrowRight", NIGHT, "Dark")):
        page.keyboard.press(key)
        assert group.get_by_role("radio", name=name).is_checked()
        assert page.evaluate(PAPER) == paper
        page.goto(page.url.replace("index", "chapter") if "index" in page.url else page.url.replace("chapter", "index"))
        assert page.evaluate(PAPER) == paper, "remembered on another page"
        assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == name.lower()
        group.get_by_role("radio", name=name).focus()
    page.emulate_media(color_scheme="dark", media="print")
    assert page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--paper')") == "#fff"
    page.emulate_media(media="screen")
    group.get_by_role("radio", name="Auto").check()
    page.emulate_media(color_scheme=system)
    assert page.evaluate(PAPER) == automatic
    assert page.evaluate("localStorage.length") == 0


def test_a_chosen_theme_reaches_the_page_before_its_body(opened):
    watch = """localStorage.setItem('report-theme', 'dark');
      new MutationObserver((_, watcher) => {
        if (!document.body) return;
        window.themeAtBody = document.documentElement.dataset.theme;
        watcher.disconnect();
      }).observe(document, { childList: true, subtree: true });"""
    assert opened(script=watch, color_scheme="light").evaluate("window.themeAtBody") == "dark"


def test_other_open_pages_follow(opened):
    page = opened()
    other_page = page.context.new_page()
    other_page.goto(page.url)
    page.get_by_role("radio", name="Dark").check()
    wait_until(other_page, f"{PAPER} === '{NIGHT}'")
    assert other_page.get_by_role("radio", name="Dark").is_checked()


def test_where_storage_is_refused_the_theme_still_changes(opened):
    refuse = "Object.defineProperty(window, 'localStorage', { get() { throw new Error('refused'); } });"
    page = opened(script=refuse, color_scheme="light")
    page.get_by_role("radio", name="Dark").check()
    assert page.evaluate(PAPER) == NIGHT


def test_one_tab_stop_leads_into_a_chart_and_the_arrows_to_its_marks(opened):
    page = opened()
    drawing = page.locator("svg.chart")
    assert drawing.get_attribute("role") == "application"
    assert drawing.get_attribute("aria-label") == "Who has most"
    page.locator("#second .permalink").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "svg"
    tip, live_region = page.locator(".tip"), page.locator("[aria-live]")
    assert tip.is_visible()
    seen = [tip.inner_text()]
    for key in ("ArrowRight", "ArrowDown", "ArrowRight", "ArrowLeft", "Home", "End"):
        page.keyboard.press(key)
        seen.append(tip.inner_text())
        assert live_region.inner_text().replace("; ", "\n") == tip.inner_text()
    assert [re.search("Oracle|AWS|Cerebras", text)[0] for text in seen] == [
        *("Oracle", "AWS", "Cerebras", "Cerebras", "AWS", "Oracle", "Cerebras")
    ]
    page.keyboard.press("Escape")
    assert not tip.is_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") != "svg"


def test_the_pointer_and_the_finger_show_the_label_of_a_mark(opened):
    page = opened(has_touch=True)
    tip, bar = page.locator(".tip"), page.locator("svg.chart path").last
    box = bar.bounding_box()
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    tip.wait_for()
    assert "300" in tip.inner_text() or "20" in tip.inner_text()
    tip_box = tip.bounding_box()
    page.mouse.move(tip_box["x"] + tip_box["width"] / 2, tip_box["y"] + tip_box["height"] / 2, steps=4)
    page.wait_for_timeout(400)
    assert tip.is_visible(), "the pointer may rest on the label itself"
    page.mouse.move(2, 2)
    tip.wait_for(state="hidden")
    # A finger need not hit exactly.
    page.touchscreen.tap(box["x"] + box["width"] + 8, box["y"] + box["height"] / 2)
    tip.wait_for()
    page.touchscreen.tap(5, 300)
    tip.wait_for(state="hidden")


@pytest.mark.parametrize("width", [320, 1280])
def test_a_label_never_leaves_the_window(opened, width):
    page = opened(viewport={"width": width, "height": 700})
    find = "all => all.map(each => each.getBoundingClientRect()).sort((one, other) => other.right - one.right)[0]"
    bar = page.locator("svg.chart path").evaluate_all(find)
    for x in (bar["x"], bar["x"] + bar["width"] - 1):
        page.mouse.move(x, bar["y"] + 3)
        box = page.locator(".tip").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_without_javascript_the_browser_shows_the_labels_itself(opened):
    page = opened(java_script_enabled=False, color_scheme="dark")
    drawing = page.locator("svg.chart")
    assert drawing.get_attribute("role") == "img"
    assert drawing.locator("path > title").count() == 3
    assert page.locator("button, input, select").count() == 0
    assert page.locator("[data-theme], .js").count() == 0


@pytest.mark.parametrize(("settings", "seen"), [({"viewport": {"width": 375, "height": 700}}, True), ({}, False)])
def test_permalinks_are_reached_by_finger_and_keyboard(opened, settings, seen):
    page = opened(**settings)
    link = page.locator("#second .permalink")
    assert (link.evaluate("link => getComputedStyle(link).opacity") == "1") is seen
    link.focus()
    assert link.evaluate("link => getComputedStyle(link).opacity") == "1"
    page.keyboard.press("Enter")
    assert page.url.endswith("#second")
    assert page.locator("#second").evaluate("head => getComputedStyle(head).backgroundColor") != "rgba(0, 0, 0, 0)"


def test_a_skip_link_comes_first(opened):
    page = opened()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#content"
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0


def test_the_choice_is_seen_in_forced_colours(opened):
    page = opened(forced_colors="active")
    face = page.locator(".theme input:checked + .face")
    assert face.evaluate("face => getComputedStyle(face).outlineStyle") == "solid"


def test_on_paper_there_is_no_chrome_and_links_are_written_out(opened):
    page = opened(viewport={"width": 1000, "height": 900})
    page.emulate_media(media="print")
    for hidden in (".topbar", ".sidebar", ".turn", ".skip", ".permalink", ".row .code", ".row summary", "details.data"):
        assert page.locator(f"{hidden}:visible").count() == 0, hidden
    assert page.locator("svg.chart").first.is_visible()
    after = "link => getComputedStyle(link, '::after').content"
    assert "https://example.org/x" in page.locator(".prose a[href^=http]").evaluate(after)
    assert "https://example.org/a" in page.locator(".sources a").first.evaluate(after)


@pytest.mark.parametrize("javascript", [True, False])
def test_folds_below_a_chart_stand_side_by_side_and_one_is_open(opened, javascript):
    page = opened("index.html", java_script_enabled=javascript, viewport={"width": 1280, "height": 900})
    names = page.locator(".row summary")
    names.first.wait_for()  # the page shows once its typefaces are read
    tops = "all => [...new Set(all.map(each => Math.round(each.getBoundingClientRect().top)))]"
    (top,) = names.evaluate_all(tops)
    for name, content in (("Table", ".row table"), ("Cite", ".row .citation"), ("Details", ".row pre")):
        page.locator(".row summary", has_text=name).click()
        assert names.evaluate_all(tops) == [top], "no name moves"
        box, row = page.locator(content).bounding_box(), page.locator(".row").bounding_box()
        assert box["y"] > page.locator(".row summary").first.bounding_box()["y"] + 20
        assert row["x"] <= box["x"] < row["x"] + 20
        assert page.locator(".row > details[open]").count() == 1


def test_a_long_table_is_a_window_whose_head_and_first_column_stay(opened):
    page = opened("index.html", viewport={"width": 800, "height": 500})
    page.locator(".row summary", has_text="Table").click()
    page.evaluate(
        "document.querySelectorAll('.row tr').forEach(tr => tr.append(...[...Array(40)].map("
        "() => Object.assign(document.createElement('td'), {textContent: 'wide'}))));"
        "const body = document.querySelector('.row tbody');"
        "for (let i = 0; i < 60; i++) body.append(body.rows[0].cloneNode(true))"
    )
    window = page.locator(".row .table-wrap").first
    assert window.bounding_box()["height"] <= 0.7 * 500 + 1
    before = [page.locator(each).bounding_box() for each in (".row thead th >> nth=1", ".row tbody th >> nth=1")]
    window.evaluate("window => window.scrollTo(200, 30)")
    after = [page.locator(each).bounding_box() for each in (".row thead th >> nth=1", ".row tbody th >> nth=1")]
    assert (after[0]["y"], after[1]["x"]) == (before[0]["y"], before[1]["x"])
    assert (after[0]["x"], after[1]["y"]) != (before[0]["x"], before[1]["y"])


def test_an_address_opens_the_folds_around_its_place(opened):
    page = opened("index.html")
    page.evaluate("document.querySelector('details.data table').rows[1].id = 'deep'")
    page.evaluate("location.hash = 'deep'")
    wait_until(page, "document.querySelector('details.data').open")
