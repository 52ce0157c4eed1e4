"""What the pages and pictures of a book are made of: every element, with every attribute that it may have."""

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup

from compute_ledger.report.charts import svg_sanitiser
from compute_ledger.report.outputs import mathml

# Of a page to embed: its only heading is that of the chart, its link leaves the frame.
OF_EMBEDS = {"class on <h1>", "target on <a>"}
TABLE = """
    a: href hreflang lang rel class download id aria-current aria-label
    article:
    aside: class
    b:
    blockquote:
    body:
    br:
    button: type data-do
    caption: id
    cite: lang
    code: class
    col:
    colgroup:
    datalist: id
    dd:
    del:
    desc: id
    details: class id name
    div: class id role tabindex aria-label aria-labelledby data-filters data-rows
    dl: class lang
    dt: id
    em:
    fieldset: aria-labelledby
    figcaption:
    figure: class id
    h1: id
    h2: id
    h3: id
    h4: id
    head:
    header: class
    html: lang class data-theme
    img: class src alt
    input: type name value min max step list required autocomplete aria-label aria-valuetext
    label: class
    li: id class
    link: rel href hreflang type title
    main: id tabindex
    mark:
    meta: charset name property content http-equiv
    nav: class aria-label
    ol: class start
    option: value selected
    p: class id tabindex
    pre: class tabindex
    script: src type
    section: class id aria-label aria-labelledby data-scripts data-held
    select: name autocomplete
    small:
    span: class aria-hidden role
    strong:
    summary:
    svg: aria-describedby aria-hidden aria-label aria-labelledby preserveaspectratio class font-family height role text-rendering viewbox width xmlns
    table: class
    tbody:
    td: class lang data-label
    th: class scope
    thead:
    time: datetime
    title: id
    tr: id class
    ul: class
"""  # noqa: E501
DRAWING = {*map(str.lower, svg_sanitiser.ATTRIBUTES), "font-family"}
MARKUP = {name.lower(): DRAWING for name in svg_sanitiser.ELEMENTS}
MARKUP |= {name: set(mathml.ATTRIBUTES) for name in mathml.ELEMENTS}
MARKUP |= {name.strip(): set(rest.split()) for name, _, rest in (line.partition(":") for line in TABLE.splitlines())}
INSIDE = re.compile(r"(?:\.\./)*(?:[\w./-]+)?(?:#[\w.?=&%+-]*)?|data:image/png;base64,[\w+/=]*", re.ASCII)


def foreign(soup: BeautifulSoup, hosts: str) -> Iterator[str]:
    """What is in a page that no page of ours has, one line each; links may leave it for `hosts`, a pattern."""
    for tag in soup.find_all(True):
        if tag.name not in MARKUP:
            yield f"<{tag.name}>"
        for name, value in tag.attrs.items():
            if name not in MARKUP.get(tag.name, ()):
                yield f"{name} on <{tag.name}>"
            elif name in ("href", "src") and not (INSIDE.fullmatch(value) or re.match(f"https?://(?:{hosts})/", value)):
                yield f"{name}={value!r} on <{tag.name}>"
        if tag.name == "script" and not tag.get("src") and tag.get("type") != "application/ld+json":
            yield "a script in the page"
