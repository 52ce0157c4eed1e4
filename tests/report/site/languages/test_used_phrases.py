"""A phrase that a language lacks, or has in vain, stops a build before anything runs."""

import json
import re
import shutil
from dataclasses import replace

import pytest

from compute_ledger.report.book.contents import read_contents
from compute_ledger.report.errors import ContentsError
from compute_ledger.report.site.languages import translated_scripts, used_phrases
from compute_ledger.shared.languages import catalogues
from tests.tiny_project import REPO

CONTENTS = """
title = "Tiny"
[[chapters]]
slug = "index"
notebook = "notebooks/index.ipynb"
title = "Start"
[[editions]]
name = "latest"
[[languages]]
code = "xx"
chapters = ["index"]
"""


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "book/languages/xx"
    folder.mkdir(parents=True)
    (folder / "language.toml").write_text('name = "Ixx"', encoding="utf-8")
    (tmp_path / "notebooks").mkdir()
    shutil.copy(REPO / "tests/notebooks/index.ipynb", tmp_path / "notebooks/index.ipynb")
    (tmp_path / "book/contents.toml").write_text(CONTENTS, encoding="utf-8")
    return tmp_path


def translate(root, **more):
    """Catalogues with all that is missing, and `more`."""
    texts = used_phrases.missing(read_contents(root))["xx"]
    lines = [f'{json.dumps(text)} = "x"' for text in [*texts, *more]]
    (root / "book/languages/xx/all.toml").write_text("\n".join(lines), encoding="utf-8")


def test_the_book_lacks_no_phrase():
    used_phrases.check(read_contents(REPO))


def test_what_is_missing_is_named_with_its_place(project):
    with pytest.raises(ContentsError, match=r"book/languages/xx: the phrase '.+' of .+ is not translated.*more\)"):
        used_phrases.check(read_contents(project))
    places = used_phrases.missing(read_contents(project))["xx"]
    assert places["Start"] == "book/contents.toml"
    assert places["n/a"] == "compute_ledger/exhibits/formatting.py"
    assert any(place.startswith("index.ipynb, cell ") for place in places.values())


def test_what_nothing_says_is_named_with_its_file(project):
    translate(project, Gone="x")
    catalogues.forget()
    with pytest.raises(ContentsError, match=r"book/languages/xx/all.toml: nothing says the phrase 'Gone' any more"):
        used_phrases.check(read_contents(project))
    translate_all = (project / "book/languages/xx/all.toml").read_text(encoding="utf-8")
    (project / "book/languages/xx/all.toml").write_text(re.sub('"Gone".*', "", translate_all), encoding="utf-8")
    catalogues.forget()
    used_phrases.check(read_contents(project))


def test_lines_to_translate_are_toml(project):
    lines = list(used_phrases.lines_to_translate(read_contents(project)))
    assert '# book/languages/xx: book/contents.toml\n"Start" = ""' in lines


def test_a_script_in_another_language_has_other_words(tmp_path):
    static = tmp_path / "book/static"
    static.mkdir(parents=True)
    (static / "report.js").write_text('make("Search", search)', encoding="utf-8")
    (tmp_path / "book/languages/xx").mkdir(parents=True)
    pieces = tmp_path / "book/languages/xx/scripts.toml"
    pieces.write_text("""'"Search"' = '"Recherche"'""", encoding="utf-8")
    translated_scripts.write(tmp_path / "out", tmp_path, "xx")
    assert (tmp_path / "out/static/xx/report.js").read_text(encoding="utf-8") == 'make("Recherche", search)'
    pieces.write_text("""'"Find"' = '"Trouver"'""", encoding="utf-8")
    with pytest.raises(ContentsError, match="no script has '\"Find\"' any more"):
        translated_scripts.write(tmp_path / "out", tmp_path, "xx")


def test_a_language_without_files_is_refused(project):
    (project / "book/contents.toml").write_text(CONTENTS.replace('"xx"', '"yy"'), encoding="utf-8")
    with pytest.raises(ContentsError, match=r"there is no book/languages/yy/language\.toml"):
        read_contents(project)


def test_a_language_follows_the_first_edition():
    contents = read_contents(REPO)
    assert [version.name for version in contents.versions][-1] == "fr"
    assert {chapter.slug for chapter in contents.chapters_of(contents.languages[0])} < {
        chapter.slug for chapter in contents.chapters
    }
    assert replace(contents, languages=()).versions == contents.editions
