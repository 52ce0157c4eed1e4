"""A chapter is run again if, and only if, something that its result hangs on has changed, by content."""

import json
import os
import re
import shutil
from types import SimpleNamespace

import pytest
from nbformat import reader
from nbformat.v4 import new_markdown_cell, new_raw_cell

from compute_ledger.report.book.contents import read_contents
from compute_ledger.report.cache import fingerprints, source_imports, up_to_date
from compute_ledger.report.cache.store import BUILDS_KEPT, DRAWINGS, LAST, PAGES, RUNS, Cache
from compute_ledger.report.charts import drawing_cache
from compute_ledger.report.errors import ExecutionError, TargetError
from compute_ledger.report.notebooks.notebook_file import read_notebook, write_notebook
from compute_ledger.report.site import chapters
from compute_ledger.report.site.book_build import build_book
from compute_ledger.report.site.build_request import BuildRequest
from compute_ledger.report.sweep import points
from tests.pretended_runs import forget_templates, pretend_runs
from tests.report.site.test_book_build import listing
from tests.tiny_project import make_project


@pytest.fixture
def project(tmp_path):
    """A project whose chapter imports a module of its own, which imports another, and reads a table."""
    folder = make_project(tmp_path / "p")
    cells = {
        "mine/__init__.py": "",
        "mine/used.py": "from . import deeper\n",
        "mine/deeper.py": "x = 1\n",
        "mine/other.py": "",
        "mine/table.csv": "1\n",
        "data/deals.csv": "a,b\n1,2\n",
    }
    for name, text in cells.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    edit(folder, "show", "from mine import used", replaces_cell=False)
    rewrite("notebooks/index.ipynb", "chapter.ipynb#ranked", "chapter.ipynb")(folder, None)  # runs are only pretended
    return folder


def edit(project, _cell, source, replaces_cell=True, at=-1):
    """Change the last cell of the chapter."""
    path = project / "notebooks/chapter.ipynb"
    notebook = read_notebook(path)
    notebook.cells[at].source = source if replaces_cell else f"{source}\n{notebook.cells[at].source}"
    write_notebook(notebook, path)


@pytest.fixture
def build(project, monkeypatch):
    """Build in this process, the runs only pretended; the lines that explain it."""

    def executed(job):
        if job.parameters.get("top") == 10:
            raise ExecutionError("it was ten")
        notebook = job.source.copy()
        notebook.metadata["run"] = job.label  # which no source has
        return notebook

    pretend_runs(monkeypatch, executed)

    def built(editions=("latest",), folder=None, parameters=None, out="html", chapter=""):
        forget_templates()
        root = folder or project
        lines = []
        cache = root / "book/_build/cache"
        request = {"parameters": parameters or {}, "chapter": chapter, "cache": cache, "tell": lines.append}
        build_book(BuildRequest(root, root / "book/_build" / out, editions, **request))
        assert all((" run in 1.5 s; " in line) != (KEPT in line) for line in lines)
        return [line.removeprefix("latest/").replace(" in 1.5 s", "") for line in lines]

    return built


KEPT = "not run, nothing it depends on has changed"


def rewrite(name, *change):
    def mutate(project, _patch):
        text = (project / name).read_text()
        (project / name).write_text(text.replace(*change) if change else f"{text}\n")

    return mutate


MUTATIONS = {
    "code": (lambda p, _: edit(p, "", "1 + 1  # other"), ["notebook: "], []),
    "a default": (
        rewrite("notebooks/chapter.ipynb", "top: int = 3", "top: int = 4"),
        ["notebook: ", "parameters: top"],
        [],
    ),
    "a row of data": (rewrite("data/deals.csv", "1,2", "1,3"), ["data: data/deals.csv"], ["data: "]),
    "another table": (
        lambda p, _: (p / "data/new.csv").write_text("x"),
        ["data: data/new.csv"],
        ["data: data/new.csv"],
    ),
    "a module": (rewrite("mine/used.py"), ["package: mine.used"], []),
    "a module of a module": (rewrite("mine/deeper.py"), ["package: mine.deeper"], []),
    "a package": (rewrite("mine/__init__.py"), ["package: mine"], []),
    "a file beside a module": (rewrite("mine/table.csv"), ["package: mine/table.csv"], []),
    "the interpreter": (
        lambda _, patch: patch.setattr(fingerprints, "sys", SimpleNamespace(version="4", platform="x", path=[])),
        ["versions: ", "python: Python, system"],
        ["versions: ", "python: Python, system"],
    ),
}


def installs(project, patch):
    infos = project.parent / "site"
    (infos / "new_thing-1.0.dist-info").mkdir(parents=True)
    patch.syspath_prepend(infos)


MUTATIONS["a package installed"] = (installs, ["versions: new_thing"], ["versions: new_thing"])


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_each_part_of_what_a_chapter_hangs_on_counts(project, build, monkeypatch, mutation):
    mutate, of_chapter, of_index = MUTATIONS[mutation]
    assert build() == ["index: run; it was not built before", "chapter: run; it was not built before"]
    mutate(project, monkeypatch)
    index, chapter = build()
    assert chapter.startswith("chapter: run; ")
    assert all(words in chapter for words in of_chapter), chapter
    assert index.startswith("index: run; ") if of_index else index == f"index: {KEPT}"
    assert all(words in index for words in of_index), index
    assert build() == [f"index: {KEPT}", f"chapter: {KEPT}"]


def touches(project, _patch):
    for path in project.rglob("*"):
        os.utime(path, (1, 1))


NO_MUTATIONS = {
    "nothing": lambda *_: None,
    "times": touches,
    "a module that nobody imports": rewrite("mine/other.py"),
    "stored outputs": rewrite("notebooks/chapter.ipynb", '"execution_count": null', '"execution_count": 7'),
    "what an editor leaves": lambda p, _: (p / "mine/.table.csv.swp").write_text("x"),
    "caches of Python": lambda p, _: (p / "data/__pycache__").mkdir(),
}


@pytest.mark.parametrize("mutation", NO_MUTATIONS)
def test_what_a_chapter_does_not_hang_on_does_not(project, build, monkeypatch, mutation):
    build()
    NO_MUTATIONS[mutation](project, monkeypatch)
    assert build() == [f"index: {KEPT}", f"chapter: {KEPT}"]


def test_a_table_that_only_tells_history_runs_no_chapter_anew(project, build):
    """Nor does it change what a point of a sweep is known by; another table beside it does."""
    tables = [{"path": "changes.csv", "onlyHistory": True}, {"path": "deals.csv"}]
    for name, text in (
        ("datapackage.json", json.dumps({"resources": tables})),
        ("changes.csv", "1"),
        ("deals.csv", "1"),
    ):
        (project / "data" / name).write_text(text)
    build()
    point = points.hash_of(project / "data")
    (project / "data/changes.csv").write_text("2")
    assert build() == [f"index: {KEPT}", f"chapter: {KEPT}"]
    assert points.hash_of(project / "data") == point
    (project / "data/deals.csv").write_text("2")
    assert "data: data/deals.csv" in build()[1]
    assert points.hash_of(project / "data") != point


def test_a_project_that_was_moved_has_its_cache_along(project, build, tmp_path):
    build()
    moved = project.rename(tmp_path / "elsewhere")
    assert build(folder=moved) == [f"index: {KEPT}", f"chapter: {KEPT}"]


def test_a_default_that_is_given_shows_in_the_notebook(build):
    build()
    assert "run; parameters: top" in build(parameters={"top": 3}, out="own")[1]


def test_other_parameters_and_editions_are_other_runs(build):
    build()
    assert "run; parameters: top" in build(parameters={"top": 4}, out="own")[1]
    assert build()[1] == f"chapter: {KEPT}"
    assert build(["2025-11-07"]) == [
        f"2025-11-07/{slug}: run; it was not built before" for slug in ("index", "chapter")
    ]


def test_other_words_between_the_code_make_another_page_without_a_run(project, build):
    build()
    edit(project, "", "# Other words", at=0)
    assert build() == [f"index: {KEPT}", f"chapter: {KEPT}; page made anew"]
    assert ">Other words</h1>" in (project / "book/_build/html/chapter.html").read_text()
    assert build() == [f"index: {KEPT}", f"chapter: {KEPT}"]


def test_a_page_is_made_anew_for_another_docstring_of_a_measure(project, build):
    for name in ("__init__", "measures/__init__", "measures/sizes"):
        (project / f"compute_ledger/{name}.py").parent.mkdir(exist_ok=True)
        (project / f"compute_ledger/{name}.py").write_text("")
    rewrite("compute_ledger/measures/sizes.py", "", 'def size():\n    """How long it is."""\n')(project, None)
    edit(project, "", "from compute_ledger.measures import sizes\nsizes.size()", replaces_cell=False, at=-3)
    build()
    page = project / "book/_build/html/chapter.html"
    assert "<p>How long it is.</p>" in page.read_text()
    rewrite("compute_ledger/measures/sizes.py", "long", "wide")(project, None)
    assert re.fullmatch(r"chapter: run; package: [\w.]+\.sizes", build()[1])
    assert "<p>How wide it is.</p>" in page.read_text()


def test_a_page_is_made_anew_for_another_template_without_a_run(project, build):
    build()
    rewrite("book/templates/report/chrome.html.j2")(project, None)
    assert build() == [f"{slug}: {KEPT}; page made anew" for slug in ("index", "chapter")]
    rewrite("book/contents.toml", "Tiny", "Small")(project, None)
    assert build()[0].endswith("; page made anew")


def test_an_entry_that_was_damaged_counts_as_missing(project, build):
    build()
    for path in (project / "book/_build/cache/runs").iterdir():
        path.write_bytes(path.read_bytes()[:-10])
    lost = "run; nothing has changed, but the cache has lost it"
    assert build() == [f"index: {lost}", f"chapter: {lost}"]
    (project / "book/_build/cache" / LAST).write_text("half")
    assert build() == [f"index: {KEPT}", f"chapter: {KEPT}"]


def test_what_was_finished_before_a_failure_is_kept_whole(project, build):
    with pytest.raises(ExecutionError):
        build(parameters={"top": 10})
    cached = list((project / "book/_build/cache").rglob("*"))
    assert [path.parent.name for path in cached if path.is_file()] == [RUNS], "index, which has no such parameter"
    assert not (project / "book/_build/html").exists()
    assert build(parameters={"top": 4})[0] == f"index: {KEPT}; page made anew"


def test_a_run_under_which_its_inputs_changed_is_not_kept(project, build, monkeypatch):
    def edited_meanwhile(job):
        (project / "data/deals.csv").write_text("a,b\n9,9\n")
        return job.source.copy()

    with monkeypatch.context() as patch:
        pretend_runs(patch, edited_meanwhile)
        build()
    assert not (project / "book/_build/cache" / RUNS).exists()
    (project / "data/deals.csv").write_text("a,b\n1,2\n")
    assert "chapter: run; " in build()[1]


def test_a_run_under_which_its_notebook_was_edited_is_not_kept(project, build, monkeypatch):
    run_all = chapters.run_all

    def edited_meanwhile(jobs, pool, done=None):
        rewrite("notebooks/chapter.ipynb")(project, None)  # nothing that a run would see: the file is not the same
        return run_all(jobs, pool, done)

    with monkeypatch.context() as patch:
        patch.setattr(chapters, "run_all", edited_meanwhile)
        chapter = build()[1]
    assert chapter.endswith("it depends on something that was edited under the run, which cannot be recorded")
    assert build() == [f"index: {KEPT}", "chapter: run; nothing has changed, but the cache has lost it"]
    assert build()[1] == f"chapter: {KEPT}"


@pytest.mark.parametrize("chapter", ["", "chapter"])
def test_each_notebook_is_read_once_in_a_build(project, build, monkeypatch, chapter):
    """Of both editions, from a cold cache and a warm one, after its text was edited, and when one chapter is run."""
    parse, parsed = reader.reads, []
    monkeypatch.setattr(reader, "reads", lambda text, **settings: parsed.append(text) or parse(text, **settings))
    slugs = [chapter] if chapter else ["index", "chapter"]
    for change in (lambda: None, lambda: edit(project, "", "# Another title\n\nWords.", at=0)):
        change()
        texts = {slug: (project / f"notebooks/{slug}.ipynb").read_text(encoding="utf-8") for slug in slugs}
        parsed.clear()
        build(editions=(), chapter=chapter)
        assert {slug: parsed.count(text) for slug, text in texts.items()} == dict.fromkeys(slugs, 1)


def test_a_cache_that_cannot_be_written_is_told_with_its_mend(project, build):
    (project / "book/_build").mkdir()
    (project / "book/_build/cache").write_text("a file where a folder should be")
    with pytest.raises(TargetError, match="--no-cache"):
        build()


def test_what_the_last_builds_did_not_use_goes(project, build):
    folder = project / "book/_build/cache"
    build()
    for top in (1, 2, 3):
        build(parameters={"top": top}, out="same")
    assert len(list((folder / RUNS).iterdir())) == 3, "the index of all, the first chapter and the last"
    assert build() == [f"index: {KEPT}", f"chapter: {KEPT}"]
    for number in range(BUILDS_KEPT):
        build(parameters={"top": 8}, out=f"other-{number}")
    assert len(list((folder / RUNS).iterdir())) == 2
    assert len(list((folder / PAGES).iterdir())) == 2


def test_a_drawing_is_made_once(tmp_path, monkeypatch):
    monkeypatch.setenv(drawing_cache.FOLDER, str(tmp_path))
    drawing_cache.used()
    drawings = []

    def draw():
        drawings.append(1)
        return b"\x89PNG"

    assert drawing_cache.cached(draw, "png", "1") == drawing_cache.cached(draw, "png", "1") == b"\x89PNG"
    drawing_cache.cached(draw, "png", "2")
    monkeypatch.setattr(drawing_cache, "drawing_version", lambda: "2.0")
    drawing_cache.cached(draw, "png", "1")
    assert len(drawings) == 3
    names = drawing_cache.used()
    assert sorted(names) == sorted(f"{DRAWINGS}/{path.name}" for path in (tmp_path / DRAWINGS).iterdir())
    cache = Cache(tmp_path)
    cache.used.add(names[0])
    cache.finish({})
    assert [f"{DRAWINGS}/{path.name}" for path in (tmp_path / DRAWINGS).iterdir()] == names[:1]
    monkeypatch.delenv(drawing_cache.FOLDER)
    drawing_cache.cached(draw, "png", "1")
    assert len(drawings) == 4, "nothing is kept where no folder is named"


def test_a_book_from_the_cache_is_the_book_made_anew_byte_for_byte(tmp_path):
    """With kernels, charts and pages as they are: from it after its text was edited, all of it, and without.

    What takes from it does so in this process, what is made anew in two others.
    """
    project = make_project(tmp_path / "p")
    cache = project / "book/_build/cache"
    messages = []
    build_book(BuildRequest(project, tmp_path / "first", jobs=2, cache=cache))
    edit(project, "", "# Another title\n\nAnd *other* words.", at=0)
    notebook = read_notebook(project / "notebooks/chapter.ipynb")
    heading = next(cell for cell in notebook.cells if cell.id == "table-heading")
    notebook.cells.remove(heading)
    notebook.cells += [new_markdown_cell("## At the end", id="end"), new_raw_cell("raw", id="raw")]
    write_notebook(notebook, project / "notebooks/chapter.ipynb")
    build_book(BuildRequest(project, tmp_path / "edited", jobs=1, cache=cache, tell=messages.append))
    assert [line.partition(KEPT)[1:] for line in messages] == [(KEPT, ""), (KEPT, "; page made anew")] * 2
    build_book(BuildRequest(project, tmp_path / "again", jobs=1, cache=cache, tell=messages.append))
    assert all(line.endswith(KEPT) for line in messages[4:])
    build_book(BuildRequest(project, tmp_path / "without", jobs=2))
    assert listing(tmp_path / "without") == listing(tmp_path / "edited") == listing(tmp_path / "again")
    shutil.rmtree(cache / PAGES)
    build_book(BuildRequest(project, tmp_path / "drawn", jobs=1, cache=cache))
    assert listing(tmp_path / "drawn") == listing(tmp_path / "without")


def test_a_parameter_that_names_a_folder_counts_with_its_files_and_never_a_whole_disk(tmp_path):
    package, plain = tmp_path / "package", tmp_path / "plain"
    for folder in (package, plain):
        (folder / "deep").mkdir(parents=True)
        (folder / "deep/table.csv").write_text("1")
        (folder / "top.csv").write_text("1")
    (package / "datapackage.json").write_text("{}")
    project = make_project(tmp_path / "p")
    parameters = {"data_dir": str(package), "buyer": str(plain), "other": "/", "here": ".", "odd": "a\0b", "none": None}
    assert [path.name for path in fingerprints.folders(parameters.values(), project)] == ["package", "plain"]
    names = fingerprints.files_in(fingerprints.folders(parameters.values(), project), project)
    assert sorted(names) == [
        *(f"{package}/{name}" for name in ("datapackage.json", "deep/table.csv", "top.csv")),
        f"{plain}/top.csv",
    ]


def test_files_and_folders_of_one_name_that_parameters_name_are_told_apart(tmp_path):
    parameters = {"one": "a/tables", "other": "b/tables", "a_file": "a/x.csv", "b_file": "b/x.csv"}
    for folder in ("a/tables", "b/tables"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / f"{folder}/../x.csv").write_text(folder)

    def seen():
        values = parameters.values()
        files = fingerprints.files_in(fingerprints.folders(values, tmp_path), tmp_path)
        return files, fingerprints.named_files(values, tmp_path)

    (tmp_path / "a/tables/t.csv").write_text("1")
    first = seen()
    (tmp_path / "a/tables/t.csv").rename(tmp_path / "b/tables/t.csv")
    (tmp_path / "a/x.csv").write_text("other")
    moved = seen()
    assert first[0] != moved[0]
    assert first[1] != moved[1]
    assert [sorted(names) for names in moved] == [["b/tables/t.csv"], ["a/x.csv", "b/x.csv"]]


def test_what_sources_import_is_known_from_the_last_build_and_follows_their_contents(project, monkeypatch):
    contents, cache = read_contents(project), project / "book/_build/cache"

    def fingerprint():
        monkeypatch.setattr(source_imports, "READ", {})
        return up_to_date.fingerprint(contents, (), {}, cache)

    first = fingerprint()
    with monkeypatch.context() as patch:
        patch.setattr(source_imports.ast, "parse", lambda *_: pytest.fail("a source was read again"))
        assert fingerprint() == first
    rewrite("mine/used.py", "deeper", "deeper, other")(project, None)
    second = fingerprint()
    rewrite("mine/other.py")(project, None)
    third = fingerprint()
    assert len({first, second, third}) == 3
    (cache / up_to_date.IMPORTS).write_text("half")
    assert fingerprint() == third
