import pytest

from compute_ledger.report.book.contents import find_root, read_contents
from compute_ledger.report.errors import ContentsError
from tests.tiny_project import CONTENTS, make_project


def test_chapters_and_editions_in_order(tmp_path):
    contents = read_contents(make_project(tmp_path / "p"))
    assert [chapter.slug for chapter in contents.chapters] == ["index", "chapter"]
    assert [(edition.name, edition.path) for edition in contents.editions] == [
        ("latest", ""),
        ("2025-11-07", "editions/2025-11-07"),
    ]
    assert contents.editions[0].parameters == {}, "the default edition injects nothing"
    assert contents.chapter("notebooks/chapter.ipynb").slug == "chapter"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('title = "Tiny & <small>"', 'title = "', "not valid TOML"),
        ('title = "Tiny & <small>"', "", "the book needs title"),
        ('title = "Tiny & <small>"', "title = 3", "the book needs title"),
        ('authors = ["A. Writer"]', 'base_url = "javascript:1"', "is not an http"),
        ("notebooks/chapter.ipynb", "notebooks/chaptr.ipynb", "did you mean 'notebooks/chapter.ipynb'?"),
        ("notebooks/chapter.ipynb", "../chapter.ipynb", "lies outside the project"),
        ("notebooks/chapter.ipynb", "/etc/passwd", "lies outside the project"),
        ('slug = "chapter"', 'slug = "index"', "chapter slug 'index' is used twice"),
        ('slug = "chapter"', 'slug = "static"', "cannot be a page's name"),
        ('slug = "chapter"', 'slug = "../x"', "cannot be a page's name"),
        ('slug = "chapter"', 'slug = "nul"', "cannot be a page's name"),
        ('slug = "index"', 'slug = "start"', "no chapter has the slug 'index'"),
        ('name = "2025-11-07"', 'name = "latest"', "edition name 'latest' is used twice"),
        ('path = "editions/2025-11-07"', "", "edition path '' is used twice"),
        ('path = "editions/2025-11-07"', 'path = "editions/../.."', "must be"),
        ('path = "editions/2025-11-07"', 'path = "/tmp"', "must be"),
        ('parameters = { as_of = "2025-11-07" }', "parameters = 1", "must be a table"),
        ("[[editions]]", "[[edition]]", "has no [[editions]]"),
    ],
)
def test_a_flaw_is_named_with_its_place(tmp_path, old, new, message):
    assert old in CONTENTS
    project = make_project(tmp_path / "p", CONTENTS.replace(old, new))
    with pytest.raises(ContentsError) as caught:
        read_contents(project)
    assert message in str(caught.value)
    assert "contents.toml" in str(caught.value)


def test_a_notebook_behind_a_link_out_of_the_project_is_refused(tmp_path):
    project = make_project(tmp_path / "p")
    (project / "notebooks/chapter.ipynb").rename(tmp_path / "elsewhere.ipynb")
    (project / "notebooks/chapter.ipynb").symlink_to(tmp_path / "elsewhere.ipynb")
    with pytest.raises(ContentsError, match="outside the project"):
        read_contents(project)


@pytest.mark.parametrize(("name", "hint"), [("lates", "did you mean 'latest'?"), ("2024", "there is 'latest'")])
def test_an_unknown_edition_is_answered_with_what_there_is(tmp_path, name, hint):
    with pytest.raises(ContentsError) as caught:
        read_contents(make_project(tmp_path / "p")).edition(name)
    assert hint in str(caught.value)


def test_the_project_is_found_from_a_folder_inside_it(tmp_path):
    project = make_project(tmp_path / "p")
    assert find_root(project / "notebooks") == project
    with pytest.raises(ContentsError, match="--project"):
        find_root(tmp_path)
