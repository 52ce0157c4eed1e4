"""book.epub: what reading systems ask of an EPUB 3, over chapters as the print edition has them."""

import io
import posixpath
import zipfile
from xml.etree import ElementTree

import pytest

from compute_ledger.report.book.contents import read_contents
from compute_ledger.report.pages.exporter import Page
from compute_ledger.report.site.take_along import epub_file
from compute_ledger.report.site.take_along.xhtml import is_well_formed, xhtml
from tests.tiny_project import make_project

OPF, XHTML = "{http://www.idpf.org/2007/opf}", "{http://www.w3.org/1999/xhtml}"
FIGURES = [{"id": "a", "value": 1, "as_of": "2026-07-01"}]
PIECES = {
    "index": ['<h2 id="index--start">A &amp; <i>B</i></h2><p>x<br>y&nbsp;z <a href="#chapter--claims">there</a></p>'],
    "chapter": [
        '<h2 id="chapter--claims">Claims</h2><svg viewBox="0 0 1 1"><path d="M0 0"/></svg>',
        "<p>an element left open",
        '<math><mi>x</mi></math><p><a href="https://example.org/?a=1&amp;b=2">out</a> <a href="#index">back</a></p>',
    ],
}


@pytest.fixture
def contents(tmp_path):
    return read_contents(make_project(tmp_path / "p"))


@pytest.fixture
def pages():
    printed = {slug: {"pieces": pieces, "headings": []} for slug, pieces in PIECES.items()}
    printed["index"]["headings"] = [{"id": "index--start", "text": "A & <i>"}]
    return [
        Page(slug, "latest", "", FIGURES, title=f"{slug} <&>", printed=printed[slug]) for slug in ("index", "chapter")
    ]


@pytest.fixture
def epub(contents, pages, tmp_path):
    epub_file.write(tmp_path, contents, contents.editions[0], pages)
    return zipfile.ZipFile(io.BytesIO((tmp_path / "book.epub").read_bytes()))


def test_its_kind_comes_first_and_is_stored(epub):
    first = epub.infolist()[0]
    assert (first.filename, first.compress_type, first.extra) == ("mimetype", zipfile.ZIP_STORED, b"")
    assert epub.read("mimetype") == b"application/epub+zip"
    raw = epub.fp
    raw.seek(38)
    assert raw.read(20) == b"application/epub+zip"


def test_every_file_is_well_formed_and_named_in_the_package(epub):
    container = ElementTree.fromstring(epub.read("META-INF/container.xml"))
    (root,) = container.iter("{urn:oasis:names:tc:opendocument:xmlns:container}rootfile")
    package = ElementTree.fromstring(epub.read(root.get("full-path")))
    items = {item.get("href"): item for item in package.iter(f"{OPF}item")}
    inside = {name.removeprefix("book/") for name in epub.namelist() if name.startswith("book/")}
    assert set(items) | {"package.opf"} == inside
    spine = [ref.get("idref") for ref in package.iter(f"{OPF}itemref")]
    assert spine == ["nav", "chapter-index", "chapter-chapter"]
    for name in inside - {"epub.css"}:
        ElementTree.fromstring(epub.read(f"book/{name}"))
        assert epub.read(f"book/{name}").startswith(b"<?xml"), "nothing may stand before the declaration"
    assert items["nav.xhtml"].get("properties") == "nav"
    assert items["chapter.xhtml"].get("properties") == "svg mathml"
    assert items["index.xhtml"].get("properties") is None
    assert b'<meta property="dcterms:modified">2026-07-01T00:00:00Z</meta>' in epub.read("book/package.opf")


def test_every_link_leads_to_a_place(epub):
    places = {}
    for name in [name for name in epub.namelist() if name.endswith(".xhtml")]:
        root = ElementTree.fromstring(epub.read(name))
        ids = [node.get("id") for node in root.iter() if node.get("id")]
        assert len(ids) == len(set(ids))
        places[posixpath.basename(name)] = set(ids), [node.get("href") for node in root.iter(f"{XHTML}a")]
    links = [link for _, hrefs in places.values() for link in hrefs]
    inner = [link for link in links if "://" not in link]
    assert {"chapter.xhtml#chapter--claims", "index.xhtml#index", "index.xhtml#index--start"} <= set(inner)
    for link in inner:
        file, _, fragment = link.partition("#")
        assert not fragment or fragment in places[file][0], link
    assert "https://example.org/?a=1&b=2" in links


def test_what_is_no_xml_is_left_out_and_the_rest_stays(epub):
    text = epub.read("book/chapter.xhtml").decode()
    assert "left open" not in text
    assert epub_file.LEFT_OUT in text
    assert '<svg viewBox="0 0 1 1" xmlns="http://www.w3.org/2000/svg">' in text
    assert '<math xmlns="http://www.w3.org/1998/Math/MathML">' in text


def test_the_same_pages_give_the_same_bytes_and_editions_have_names_of_their_own(contents, pages, tmp_path):
    made = []
    for number, edition in enumerate((contents.editions[0], contents.editions[0], contents.editions[1])):
        folder = tmp_path / str(number)
        folder.mkdir()
        epub_file.write(folder, contents, edition, pages)
        made.append((folder / "book.epub").read_bytes())
    first, again, older = made
    assert first == again
    identities = [
        next(ElementTree.fromstring(zipfile.ZipFile(io.BytesIO(each)).read("book/package.opf")).iter(f"{OPF}metadata"))[
            0
        ].text
        for each in (first, older)
    ]
    assert identities[0] != identities[1]


@pytest.mark.parametrize(
    ("html", "xml"),
    [
        ("a<br>b<hr class='x'/>", 'a<br/>b<hr class="x"/>'),
        ("<details open><p title=x>y</p></details>", '<details open=""><p title="x">y</p></details>'),
        ('<i title="a < b > c">x</i>', '<i title="a &lt; b > c">x</i>'),
        ("a &nbsp; b &eacute; &amp; &#39; &lt; R&D &nonsense;", "a \xa0 b é &amp; &#39; &lt; R&amp;D &amp;nonsense;"),
        ('<svg xmlns="http://www.w3.org/2000/svg"/>', '<svg xmlns="http://www.w3.org/2000/svg"/>'),
    ],
)
def test_html_as_xml(html, xml):
    assert xhtml(html) == xml
    assert is_well_formed(xml)
