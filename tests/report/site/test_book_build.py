import hashlib
import importlib.metadata
import json
import platform
import re
import shutil
import subprocess
import sys
from contextlib import ExitStack

import pytest

from benchmarks.reproducible import as_another_user, other_settings
from compute_ledger.report.book.contents import read_contents
from compute_ledger.report.book.layout import MANIFEST
from compute_ledger.report.book.manifest import read_manifest, write_manifest
from compute_ledger.report.cache.store import keep_bytes, read_bytes
from compute_ledger.report.errors import ExecutionError, RenderError, TargetError
from compute_ledger.report.execution.jobs import plan
from compute_ledger.report.execution.runner import run_all
from compute_ledger.report.execution.worker_pools import worker_pool
from compute_ledger.report.notebooks.notebook_file import read_notebook
from compute_ledger.report.pages.exporter import Page
from compute_ledger.report.site import book_build
from compute_ledger.report.site.book_build import build_book
from compute_ledger.report.site.build_request import BuildRequest
from compute_ledger.report.site.page_checks import check_site
from compute_ledger.report.site.staging import guard, staging, swap
from tests.pretended_runs import pretend_runs
from tests.tiny_project import CONTENTS, make_project

CANARY = "canary-b7Qz"
PERSONAL = ("SECRET_TOKEN", "USER", "LOGNAME", "HOSTNAME", "EMAIL")


def listing(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return make_project(tmp_path_factory.mktemp("site") / "p")


@pytest.fixture(scope="module")
def runs(project, tmp_path_factory):
    """All notebooks of the project executed once, by somebody with a secret."""
    folder = tmp_path_factory.mktemp("runs")
    contents = read_contents(project)
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        for name in PERSONAL:
            patch.setenv(name, f"{CANARY}-{name}")
        pool = stack.enter_context(worker_pool(2))
        run_all(plan(contents, contents.editions, {}, folder), pool)
    return folder


@pytest.fixture(scope="module")
def book(project, runs):
    with pytest.MonkeyPatch.context() as patch:
        take_from(runs, patch)
        return build_book(BuildRequest(project, project / "book/_build/html", jobs=2))


@pytest.fixture
def quick(runs, monkeypatch):
    """Builds in this test take the notebooks executed before and render in this process."""
    take_from(runs, monkeypatch)


def take_from(runs, patch):
    pretend_runs(patch, lambda job: read_notebook(runs / job.edition.name / f"{job.chapter.slug}.ipynb"))


@pytest.fixture
def copy(book, tmp_path):
    return shutil.copytree(book, tmp_path / "copy")


def test_the_book_is_whole(book):
    assert check_site(book) == []
    names = {name for name in listing(book) if name.count("/") == 0}
    assert {"index.html", "chapter.html", "key-figures.json", "manifest.json"} <= names
    below = "editions/2025-11-07/"
    assert {below + name for name in names - {"manifest.json", "book.zip"}} <= set(listing(book))
    for folder in ("", below):
        assert {f"{folder}charts/chapter.zip", f"{folder}cite/index.bib", f"{folder}notebooks/index.ipynb"} <= set(
            listing(book)
        )


def test_the_status_tells_chapters_and_versions_and_nothing_of_the_machine(book):
    record = json.loads((book / "editions/2025-11-07/status.json").read_text())
    assert list(record) == ["edition", "chapters", "python", "packages"]
    assert record["chapters"][1] == {"slug": "chapter", "title": "The chapter", "charts": 1}
    assert record["python"] == "{}.{}".format(*sys.version_info)
    assert record["packages"]["altair"] == importlib.metadata.version("altair")
    assert 'href="status.html"' in (book / "chapter.html").read_text()
    assert {"status.html", "status.json", "editions/2025-11-07/status.json"} <= read_manifest(book)["files"].keys()


def test_no_file_says_which_patch_of_python_made_it(book):
    patch = platform.python_version().encode()
    assert [name for name, content in listing(book).items() if patch in content] == []


def test_every_page_forbids_what_it_does_not_need(book):
    for page in book.rglob("*.html"):
        policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page.read_text())[1]
        assert policy.startswith("default-src 'none';"), page
        assert "unsafe" not in policy, page


def test_each_edition_has_its_own_key_figures_and_marks_what_it_changed(book):
    latest = json.loads((book / "key-figures.json").read_text())
    edition = json.loads((book / "editions/2025-11-07/key-figures.json").read_text())
    assert [(f["id"], f["value"]) for f in latest] == [("total_usd_bn", 338.0)]
    assert [(f["id"], f["value"]) for f in edition] == [("total_usd_bn", 300.0)]
    assert set(latest[0]) == {"id", "label", "value", "unit", "as_of", "text"}
    assert "<mark>" not in (book / "chapter.html").read_text()
    assert "<mark>2025-11-07</mark>" in (book / "editions/2025-11-07/chapter.html").read_text()


def test_nothing_of_this_machine_is_published(book, project):
    for name, content in listing(book).items():
        assert str(project).encode() not in content, name
        assert CANARY.encode() not in content, name


def test_another_place_time_language_and_machine_give_the_same_bytes(book, tmp_path):
    """One build with all of it different: folder, worker, user, time zone, language, hash seed, home."""
    elsewhere, out, home = (
        make_project(tmp_path / "a much longer name than before"),
        tmp_path / "out",
        tmp_path / "home",
    )
    home.mkdir()
    code = "import sys; from pathlib import Path; from compute_ledger.report.site.book_build import build_book\n"
    code += "from compute_ledger.report.site.build_request import BuildRequest\n"
    code += "build_book(BuildRequest(Path(sys.argv[1]), Path(sys.argv[2])))"
    command = [*as_another_user(), sys.executable, "-c", code, elsewhere, out]
    subprocess.run(command, env=other_settings(home), cwd="/", check=True)
    assert listing(out) == listing(book)


@pytest.mark.usefixtures("quick")
def test_one_edition_is_rebuilt_beside_the_others(project, book, tmp_path):
    target = shutil.copytree(book, tmp_path / "book")
    (project / "book/static/extra.css").write_text("p { margin: 0 }")
    try:
        build_book(BuildRequest(project, target, ["2025-11-07"]))
    finally:
        (project / "book/static/extra.css").unlink()
    after = listing(target)
    assert after.pop("static/extra.css")
    for of_the_whole in ("manifest.json", "book.zip"):
        assert after.pop(of_the_whole) != listing(book)[of_the_whole]
    assert after.items() <= listing(book).items()
    assert len(after) == len(listing(book)) - 2


@pytest.mark.usefixtures("quick")
def test_a_book_without_the_root_edition_opens_on_a_landing_page(project, tmp_path):
    target = build_book(BuildRequest(project, tmp_path / "new", ["2025-11-07"]))
    assert 'href="editions/2025-11-07/index.html"' in (target / "index.html").read_text()
    assert check_site(target) == []
    assert "Latest" not in (target / "editions/2025-11-07/index.html").read_text()


@pytest.mark.usefixtures("quick")
def test_own_parameters_are_never_dressed_as_an_edition(project, book, tmp_path):
    target = shutil.copytree(book, tmp_path / "book")
    build_book(BuildRequest(project, target, ["latest"], parameters={"top": "5"}))
    assert "own parameters, not a published edition" in (target / "chapter.html").read_text()
    assert not (target / "editions").exists()


@pytest.mark.usefixtures("quick")
def test_only_what_lies_at_the_address_claims_it(tmp_path):
    project = make_project(tmp_path / "p", f'base_url = "https://example.org/book"\n{CONTENTS}')
    target = build_book(BuildRequest(project, tmp_path / "out", ["latest"]))
    assert check_site(target) == []
    assert 'rel="canonical" href="https://example.org/book/chapter.html"' in (target / "chapter.html").read_text()
    assert {"sitemap.xml", "feed.xml", "og/chapter.png"} <= set(read_manifest(target)["files"])
    own_book = build_book(BuildRequest(project, tmp_path / "own", ["latest"], parameters={"top": "5"}))
    assert "example.org/book" not in (own_book / "chapter.html").read_text()
    assert not {"sitemap.xml", "feed.xml", "og/chapter.png"} & set(read_manifest(own_book)["files"])


@pytest.fixture
def extras(tmp_path):
    folder = tmp_path / "extras"
    folder.mkdir()
    (folder / "deals.csv").write_text("deal_id\n")
    (folder / "README.md").write_text("# Tables\n\n[deals](#deals_all)\n\n## deals_all\n")
    return folder


@pytest.mark.usefixtures("quick")
def test_files_for_download_and_the_codebook_are_part_of_the_book(project, tmp_path, extras):
    target = build_book(BuildRequest(project, tmp_path / "new"), extras)
    codebooks = {"codebook.html", "editions/2025-11-07/codebook.html"}
    assert {"data/deals.csv", "data/README.md", *codebooks} <= set(read_manifest(target)["files"])
    assert check_site(target) == []
    assert 'href="codebook.html">Codebook' in (target / "editions/2025-11-07/chapter.html").read_text()
    (extras / "deals.csv").rename(extras / "other.csv")
    build_book(BuildRequest(project, target, ["2025-11-07"]), extras)
    assert (target / "data/other.csv").is_file()
    assert not (target / "data/deals.csv").exists(), "files that are gone do not stay"
    (extras / "README.md").unlink()
    new = build_book(BuildRequest(project, tmp_path / "newer", ["latest"]), extras)
    assert not (new / "codebook.html").exists()
    assert "Codebook" not in (new / "chapter.html").read_text()


@pytest.mark.usefixtures("quick")
def test_each_edition_has_a_codebook_that_leads_to_its_own_chapters_and_to_that_of_the_others(
    project, tmp_path, extras
):
    target = build_book(BuildRequest(project, tmp_path / "new"), extras)
    page = (target / "editions/2025-11-07/codebook.html").read_text()
    assert 'href="chapter.html"' in page
    assert 'class="same-place" href="../../codebook.html"' in page


def test_a_failure_leaves_the_old_book_and_nothing_else(book, tmp_path):
    project = make_project(tmp_path / "p", chapter="raises")
    target = shutil.copytree(book, project / "book/_build/html")
    with pytest.raises(ExecutionError, match="cell 'load-ledger'"):
        build_book(BuildRequest(project, target, jobs=2))
    assert listing(target) == listing(book)
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.usefixtures("quick")
def test_a_page_that_names_the_folder_it_was_made_in_is_not_published(tmp_path):
    project = make_project(tmp_path / "p")
    template = project / "book/templates/report/chrome.html.j2"
    template.write_text(template.read_text().replace("<body>", f"<body><p>{project}/data</p>"))
    with pytest.raises(RenderError, match=f"chapter.html: names {project}"):
        build_book(BuildRequest(project, tmp_path / "out", ["latest"]))
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("quick")
def test_a_page_that_fails_the_checks_is_not_published(book, tmp_path):
    project = make_project(tmp_path / "p", CONTENTS.split('[[editions]]\nname = "2025')[0])
    template = project / "book/templates/report/chrome.html.j2"
    template.write_text(template.read_text().replace("<body>", '<body><a href="nowhere.html">x</a>'))
    target = shutil.copytree(book, project / "book/_build/html")
    with pytest.raises(
        RenderError, match=r"chapter\.html: link 'nowhere\.html' leads to no file \(and \d more\); nothing was"
    ):
        build_book(BuildRequest(project, target, jobs=2))
    assert listing(target) == listing(book)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('id="who-has-most"', 'id="other"', "link '#who-has-most' leads to no place in that page"),
        ('id="who-has-most"', 'id="content"', "the id 'content' is used twice"),
        ('href="index.html"', 'href="inde.html"', "link 'inde.html' leads to no file"),
        ('href="index.html"', 'href="../../x.html"', "link '../../x.html' leads out of the book"),
        (
            "<body>",
            '<body><img src="https://example.org/x.png" alt="">',
            "loads 'https://example.org/x.png' from elsewhere",
        ),
        ("<body>", '<body><script src="//example.org/x.js"></script>', "loads '//example.org/x.js' from elsewhere"),
        ("</head>", '<link rel="stylesheet" href="https://example.org/x.css"></head>', "from elsewhere"),
        ("<body>", "<body><script>1</script>", "has an inline script"),
        ("<body>", '<body><script type="module">1</script>', "has an inline script"),
        ("<body>", '<body><script src="static/gone.js"></script>', "link 'static/gone.js' leads to no file"),
        ("<body>", '<body><a href="index.html#deals-2">x</a>', "link 'index.html#deals-2' leads to no place"),
        ("<tr>", '<tr id="content">', "the id 'content' is used twice"),
        ("<body>", '<body onload="x()">', "has a onload attribute on <body>"),
        ("<svg ", '<svg style="color:red" ', "has a style attribute on <svg>"),
        ("<body>", '<body><a href="javascript:x">x</a>', "has a link to 'javascript:x'"),
        ("<h1 ", "<h3>x</h3><h1 ", "a heading of level 3 follows one of level 0"),
        ("h1", "h2", "has 0 headings of level 1"),
        (
            '<desc id="ranked-wide-desc">Bars: Alpha 300, Beta 38, Gamma not disclosed.',
            '<desc id="d">',
            "no description",
        ),
        ('class="sources-line"', "", "chart 'ranked' has no source"),
        ('role="img" ', "", "chart 'ranked' has no picture"),
        ('width="720"', 'width="900"', "chart 'ranked' is 900 px wide in its wide form; 724 px fit"),
    ],
)
def test_every_check_sees_its_fault(copy, old, new, problem):
    page = copy / "chapter.html"
    text = page.read_text()
    assert old in text
    both = "narrow" if "desc" in old else "\0"
    page.write_text(text.replace(old, new).replace(f'<desc id="ranked-{both}-desc">Bars', "<desc><x>"))
    problems = check_site(copy)
    assert any(problem in line for line in problems), problems
    assert all(line.startswith(("chapter.html: ", "index.html: ")) for line in problems)


def test_a_chart_without_its_table_and_a_foreign_stylesheet_are_seen(copy):
    text = (copy / "chapter.html").read_text()
    head, _, rest = text.partition('<details class="data" name="ranked-row">')
    (copy / "chapter.html").write_text(head + rest.partition("</details>")[2].split('<section class="standing')[0])
    (copy / "static/report.css").write_text("p { background: url('https://example.org/x.png') }")
    problems = check_site(copy)
    assert any("chart 'ranked' has no table" in problem for problem in problems)
    assert "static/report.css: loads something from elsewhere" in problems


def test_a_link_from_one_page_to_a_row_of_another_holds(copy):
    index, chapter = copy / "index.html", copy / "chapter.html"
    index.write_text(index.read_text().replace("<body>", '<body><a href="chapter.html#deals-oracle-2025-09">x</a>'))
    assert check_site(copy) == ["index.html: link 'chapter.html#deals-oracle-2025-09' leads to no place in that page"]
    chapter.write_text(chapter.read_text().replace("<tr>", '<tr id="deals-oracle-2025-09">', 1))
    assert check_site(copy) == []


def test_only_pages_that_changed_are_read_again_and_all_links_are_looked_at(copy):
    known = {}
    assert check_site(copy, known) == []
    of_chapter = hashlib.sha256((copy / "chapter.html").read_bytes()).hexdigest()
    known[of_chapter].problems.append("was not read again")
    index = copy / "index.html"
    index.write_text(index.read_text().replace("<body>", '<body><a href="chapter.html#nowhere">x</a>'))
    problems = check_site(copy, known)
    assert "chapter.html: was not read again" in problems
    assert "index.html: link 'chapter.html#nowhere' leads to no place in that page" in problems
    (copy / "chapter.html").unlink()
    assert any("leads to no file" in problem for problem in check_site(copy, known)), "of pages that did not change"
    assert len(known) == len({path.read_bytes() for path in copy.rglob("*.html")})


@pytest.mark.usefixtures("quick")
def test_a_build_keeps_what_its_checks_have_read_for_the_next(project, tmp_path):
    request = BuildRequest(project, tmp_path / "book", cache=tmp_path / "cache")
    build_book(request)
    (entry,) = (tmp_path / "cache/outlines").iterdir()
    known = json.loads(read_bytes(entry))
    next(iter(known.values()))[0].append("was not read again")
    keep_bytes(json.dumps(known).encode(), entry)
    with pytest.raises(RenderError, match="was not read again"):
        build_book(request)


def test_an_empty_folder_is_no_book(tmp_path):
    assert check_site(tmp_path) == [f"{tmp_path}: no page in it"]


def test_chapters_that_disagree_on_a_key_figure_are_an_error(project, tmp_path):
    contents = read_contents(project)
    figure = {"id": "hhi", "label": "HHI", "value": 1, "unit": "", "as_of": "2025-11-07"}
    pages = [Page("index", "latest", "", [figure]), Page("chapter", "latest", "", [{**figure, "value": 2}])]
    with pytest.raises(RenderError, match="'hhi' of edition 'latest' is 1 and 2"):
        book_build.write_chapters(tmp_path, contents, contents.editions[0], pages)
    pages = [Page("index", "latest", "", [{**figure, "value": float("nan")}])]
    with pytest.raises(RenderError, match="not a finite number"):
        book_build.write_chapters(tmp_path, contents, contents.editions[0], pages)


def make_book(folder, text):
    folder.mkdir()
    (folder / "index.html").write_text(text)
    write_manifest(folder, {})
    return folder


def test_the_manifest_names_every_file_with_its_sum(tmp_path):
    book = make_book(tmp_path / "b", "x")
    sums = read_manifest(book)["files"]
    assert sums == {"index.html": "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"}


@pytest.mark.parametrize("exchange", [True, False])
def test_a_swap_replaces_all_or_nothing(tmp_path, monkeypatch, exchange):
    if not exchange:
        monkeypatch.setattr("compute_ledger.report.site.staging.exchange", lambda *_: False)
    old = make_book(tmp_path / "html", "old")
    (old / "left-over.html").touch()
    with staging(old) as new:
        (new / "index.html").write_text("new")
        swap(new, old)
    assert set(listing(old)) == {"index.html"}
    assert list(tmp_path.iterdir()) == [old], "nothing is left beside it"


def test_a_swap_that_fails_puts_the_old_book_back(tmp_path, monkeypatch):
    monkeypatch.setattr("compute_ledger.report.site.staging.exchange", lambda *_: False)
    old = make_book(tmp_path / "html", "old")
    with pytest.raises(TargetError, match="the book there is as it was"):
        swap(tmp_path / "never made", old)
    assert (old / "index.html").read_text() == "old"


def test_what_may_be_replaced(tmp_path):
    project = tmp_path / "project"
    (project / "data").mkdir(parents=True)
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "mine.txt").touch()
    empty, book = tmp_path / "empty", make_book(tmp_path / "book", "x")
    empty.mkdir()
    for fine in (empty, book, tmp_path / "new/deep"):
        assert guard(fine, project, force=False) == fine
    assert guard(notes, project, force=True) == notes
    refused = {
        notes: "is not a book of ours",
        notes / "mine.txt": "it is a file",
        project / "data/x": "part of the project",
    }
    for folder, message in {**refused, project: "the project", tmp_path: "the project"}.items():
        with pytest.raises(TargetError, match=message):
            guard(folder, project, force=False)


def test_not_even_force_replaces_home_or_root(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home/me"))
    for folder in (tmp_path / "home/me", tmp_path / "home"):
        folder.mkdir(parents=True, exist_ok=True)
        with pytest.raises(TargetError, match="a home folder"):
            guard(folder, tmp_path / "project", force=True)


def test_a_manifest_of_somebody_else_is_none(tmp_path):
    (tmp_path / MANIFEST).write_text('{"generator": "other"}')
    assert read_manifest(tmp_path) is None
