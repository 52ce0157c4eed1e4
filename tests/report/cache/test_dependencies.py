"""Whatever a run reads, in whatever way: when it changes the chapter is run again, and nothing else is."""

import json
import os
import shutil
import sqlite3
import textwrap

import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from compute_ledger.report.cache import recorder, up_to_date
from compute_ledger.report.notebooks.notebook_file import write_notebook
from compute_ledger.report.site import chapters
from compute_ledger.report.site.book_build import build_book
from compute_ledger.report.site.build_request import BuildRequest
from tests.pretended_runs import forget_templates
from tests.tiny_project import make_project

KEPT = "not run, nothing it depends on has changed"
HEAD = 'title = "Ways"\nauthors = ["A. Writer"]\n[[editions]]\nname = "latest"\nlabel = "Latest"\n'
IN_C = """
import ctypes
c = ctypes.CDLL(None)
def text_of(path):
    read = ctypes.create_string_buffer(99)
    handle = c.open(path.encode(), 0)
    c.read(handle, read, 98)
    c.close(handle)
    return read.value.decode()
"""
# Each way of reading: a cell, which ends in a text that depends on what was read, and what --explain calls it.
WAYS = {
    "open": ('value = open("read/open.txt").read()', "files read: read/open.txt"),
    "read-text": (
        'from pathlib import Path\nvalue = Path("read/text.txt").resolve().read_text()',
        "files read: read/text.txt",
    ),
    "os-open": (
        'import os\nhandle = os.open("read/handle.txt", os.O_RDONLY)\nvalue = os.read(handle, 99).decode()',
        "files read: read/handle.txt",
    ),
    "pandas": (
        'import pandas\nvalue = str(pandas.read_csv("read/table.csv", header=None).iloc[0, 0])',
        "files read: read/table.csv",
    ),
    "numpy": ('import numpy\nvalue = str(numpy.load("read/array.npy")[0])', "files read: read/array.npy"),
    "sqlite": (
        'import sqlite3\nvalue = sqlite3.connect("read/base.db").execute("select x from t").fetchone()[0]',
        "files read: read/base.db",
    ),
    "parameter": ("value = open(wanted).read()", "data: read/named.txt; files read: read/named.txt"),
    "parameter-in-c": (
        f"{IN_C}\nvalue = text_of(wanted)",
        "data: read/named.txt",
    ),
    "elsewhere": ('import os\nvalue = open(os.path.join("..", "outside.txt")).read()', "outside.txt"),
    "listed": ('import os\nvalue = " ".join(sorted(os.listdir("read/folder")))', "folders listed: read/folder"),
    "glob": ('import glob\nvalue = " ".join(sorted(glob.glob("read/globbed/*")))', "folders listed: read/globbed"),
    "walk": (
        'from pathlib import Path\nvalue = " ".join(sorted(p.name for p in Path("read/walked").rglob("*.csv")))',
        "folders listed: read/walked",
    ),
    "exists": ('import os\nvalue = str(os.path.exists("read/appears.txt"))', "files read: read/appears.txt"),
    "is-file": (
        'from pathlib import Path\nvalue = str(Path("read/vanishes.txt").is_file())',
        "files read: read/vanishes.txt",
    ),
    "missing": (
        'try:\n    value = open("read/later.txt").read()\nexcept OSError:\n    value = "none"',
        "files read: read/later.txt",
    ),
    "variable": ('import os\nvalue = os.environ["WAYS_ONE"]', "variables: WAYS_ONE"),
    "get": ('import os\nvalue = os.environ.get("WAYS_TWO", "none")', "variables: WAYS_TWO"),
    "getenv": ('import os\nvalue = str(os.getenv("WAYS_THREE"))', "variables: WAYS_THREE"),
    "in": ('import os\nvalue = str("WAYS_FOUR" in os.environ)', "variables: WAYS_FOUR"),
    "expanded": ('import os\nvalue = os.path.expandvars("$WAYS_ONE")', "variables: WAYS_ONE"),
    "template": (
        'import os, string\nvalue = string.Template("$WAYS_FIVE").safe_substitute(os.environ)',
        "variables: WAYS_FIVE",
    ),
    "chained": (
        'import collections, os\nvalue = collections.ChainMap(os.environ, {"WAYS_SIX": "none"})["WAYS_SIX"]',
        "variables: WAYS_SIX",
    ),
    "which": ('import shutil\nvalue = str(shutil.which("ways-tool") is None)', "variables: PATH"),
    "which-appears": ('import shutil\nvalue = str(shutil.which("tool", path="read") is None)', "files read: read/tool"),
    "magic-env": ("value = get_ipython().run_line_magic('env', 'WAYS_ONE')", "variables: WAYS_ONE"),
    "import": ("import plain_module\nvalue = plain_module.VALUE", "plain_module"),
    "autoreload": (
        "%load_ext autoreload\n%autoreload 2\nimport magic_module\nvalue = magic_module.VALUE",
        "magic_module",
    ),
    "import-module": (
        'import importlib\nvalue = importlib.import_module("named_" + "module").VALUE',
        "modules loaded: named_module.py",
    ),
    "of-another-chapter": (
        'import importlib\nvalue = importlib.import_module("plain" + "_module").VALUE + "!"',
        "modules loaded: plain_module.py",
    ),
    "run": ("%run read/script.py\nvalue = SCRIPT", "files read: read/script.py"),
    "exec": ('exec(open("read/code.py").read())\nvalue = CODE', "files read: read/code.py"),
    "beside": ("import beside_module\nvalue = beside_module.VALUE", "notebooks/beside_module.py"),
    "inside-a-function": (
        "import lazy_module\nvalue = lazy_module.value()",
        "deep_module",
    ),
    "read-at-import": ("import eager_module\nvalue = eager_module.VALUE", "files read: read/at_import.txt"),
    "by-its-spec": (
        "import importlib.util\n"
        'spec = importlib.util.spec_from_file_location("by_spec", "read/by_spec.py")\n'
        "module = importlib.util.module_from_spec(spec)\n"
        "spec.loader.exec_module(module)\nvalue = module.VALUE",
        "files read: read/by_spec.py",
    ),
    "run-module": (
        'import runpy\nvalue = runpy.run_module("as_" + "main")["VALUE"]',
        "files read: as_main.py",
    ),
    "data-of-a-package": (
        'import pkgutil\nvalue = pkgutil.get_data("package_with" + "_data", "x.json").decode()',
        "files read: package_with_data/x.json",
    ),
    "opened-to-write": (
        'with open("read/plus.txt", "r+") as file:\n    value = file.read()',
        "files read: read/plus.txt",
    ),
    "appended": (
        'open("read/log.txt", "a").close()\nvalue = open("read/log.txt").read()',
        "files read: read/log.txt",
    ),
    "made-if-missing": (
        "import os\nfrom pathlib import Path\n"
        'Path("read/made").mkdir(exist_ok=True)\nvalue = " ".join(sorted(os.listdir("read/made")))',
        "folders listed: read/made",
    ),
    "listed-by-a-handle": (
        'import os\nhandle = os.open("read/handled", os.O_RDONLY)\n'
        'value = " ".join(sorted(os.listdir(handle)))\nos.close(handle)',
        "folders listed: read/handled",
    ),
    "sqlite-address": (
        'import sqlite3\nvalue = sqlite3.connect("file:read/a%20base.db?mode=ro", uri=True)'
        '.execute("select x from t").fetchone()[0]',
        "files read: read/a base.db",
    ),
    "not-there": (
        'try:\n    import appearing_module\n    value = "there"\nexcept ImportError:\n    value = "none"',
        "files read: appearing_module, appearing_module.py",
    ),
    "not-there-by-its-name": (
        "import importlib\n"
        'try:\n    importlib.import_module("appearing_" + "named")\n    value = "there"\n'
        'except ImportError:\n    value = "none"',
        "files read: appearing_named, appearing_named.py",
    ),
    "not-there-in-a-package": (
        "try:\n    from package_with_data import appearing\n"
        '    value = "there"\nexcept ImportError:\n    value = "none"',
        "files read: package_with_data/appearing, package_with_data/appearing.py",
    ),
    "not-there-as-a-folder": (
        'import importlib.util\nvalue = str(importlib.util.find_spec("appearing_" + "folder") is None)',
        "files read: appearing_folder",
    ),
    "sqlite-attached": (
        'import sqlite3\nbase = sqlite3.connect(":memory:")\nbase.execute("attach \'read/other.db\' as other")\n'
        'value = base.execute("select x from other.t").fetchone()[0]',
        "files read: read/other.db",
    ),
    "by-a-module": ("import reading_module\nvalue = reading_module.value()", "files read: read/by_module.txt"),
}
# What the standard library asks for a cell about the terminal is no input.
NOTHING = "import shutil\nshutil.get_terminal_size()\nvalue = 'nothing'"
BEYOND = {
    "program": (
        'import subprocess\nvalue = subprocess.run(["echo", "x"], text=True, capture_output=True).stdout',
        "(echo)",
    ),
    "system": ('import os\nos.system("true")\nvalue = "x"', "(true)"),
    "list-then-make": (
        'import os\nvalue = str(len(os.listdir("read/grows")))\nopen(f"read/grows/{value}", "w").close()',
        "a folder that it changes itself (grows)",
    ),
    "attached-by-a-value": (
        'import sqlite3\nbase = sqlite3.connect(":memory:")\nbase.execute("attach ? as other", ("read/base.db",))\n'
        'value = base.execute("select x from other.t").fetchone()[0]',
        "a database that is attached by a value",
    ),
    "spawn": (
        "import multiprocessing\n"
        'process = multiprocessing.get_context("spawn").Process(target=print)\n'
        'process.start()\nprocess.join()\nvalue = "x"',
        "a process of its own (multiprocessing)",
    ),
    "datagram": (
        'import socket\nsocket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", 9))\nvalue = "x"',
        "the network (127.0.0.1)",
    ),
    "network": (
        'import socket\ntry:\n    socket.create_connection(("127.0.0.1", 9), 1)\nexcept OSError:\n    value = "x"',
        "the network (127.0.0.1)",
    ),
    "fork": ('import os\nif os.fork() == 0:\n    os._exit(0)\nvalue = "x"', "(fork)"),
    "its-own": (
        'value = open("read/counter.txt").read()\nopen("read/counter.txt", "w").write(value + "1")',
        "a file that it writes itself (counter.txt)",
    ),
}
FILES = {
    **{f"read/{name}.txt": "one" for name in ("open", "text", "handle", "named", "by_module", "vanishes", "counter")},
    **{f"read/{name}.txt": "one" for name in ("at_import", "plus", "log")},
    **{f"read/{name}/a.csv": "one" for name in ("folder", "globbed", "walked", "made", "handled", "grows")},
    "eager_module.py": 'VALUE = open("read/at_import.txt").read()\n',
    "read/by_spec.py": 'VALUE = "one"\n',
    "as_main.py": 'VALUE = "one"\n',
    "package_with_data/__init__.py": "",
    "package_with_data/x.json": "one",
    "read/table.csv": "one,2\n",
    "read/script.py": 'SCRIPT = "one"\n',
    "read/code.py": 'CODE = "one"\n',
    "../outside.txt": "one",
    "../tools/ways-tool": "",
    "plain_module.py": 'VALUE = "one"\n',
    "magic_module.py": 'VALUE = "one"\n',
    "named_module.py": 'VALUE = "one"\n',
    "deep_module.py": 'VALUE = "one"\n',
    "notebooks/beside_module.py": 'VALUE = "one"\n',
    "lazy_module.py": "def value():\n    import deep_module\n\n    return deep_module.VALUE\n",
    "reading_module.py": 'def value():\n    return open("read/by_module.txt").read()\n',
    "unread.txt": "one",
}


def chapter(slug, source):
    parameters = f'as_of: str = "latest"\nwanted: str = "{"read/named.txt" if "wanted" in source else ""}"'
    return new_notebook(
        cells=[
            new_markdown_cell(f"# {slug}\n\nText.", id="title"),
            new_code_cell(parameters, metadata={"tags": ["parameters"]}, id="parameters"),
            new_code_cell(source, id="read"),
            new_code_cell("from IPython.display import Markdown\nMarkdown(f'found {value}')", id="shown"),
        ],
        metadata={"language_info": {"name": "python", "version": "3"}},
    )


def project_of(folder, ways):
    project = make_project(folder / "p")
    for path in (project / "notebooks").iterdir():
        path.unlink()
    listed = []
    for number, (slug, (source, _)) in enumerate(ways.items()):
        slug = "index" if number == 0 else slug
        write_notebook(chapter(slug, source), project / f"notebooks/{slug}.ipynb")
        listed.append(f'[[chapters]]\nslug = "{slug}"\nnotebook = "notebooks/{slug}.ipynb"\ntitle = "{slug}"\n')
    (project / "book/contents.toml").write_text(HEAD.replace("[[editions]]", "".join(listed) + "[[editions]]"))
    for name, text in FILES.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text)
    (project / "../tools/ways-tool").chmod(0o700)
    np.save(project / "read/array.npy", np.array(["one"]))
    for name in ("base", "a base", "other"):
        base = sqlite3.connect(project / f"read/{name}.db")
        base.execute("create table t as select 'one' as x")
        base.commit()
        base.close()
    return project


def change(project, monkeypatch):
    """Change all that is read, in every way."""
    for name, text in FILES.items():
        if "one" in text and "/folder/" not in name and "vanishes" not in name and name != "unread.txt":
            (project / name).write_text(text.replace("one", "another"))
    for name in ("folder", "globbed", "walked", "made", "handled"):
        (project / f"read/{name}/b.csv").write_text("")
    np.save(project / "read/array.npy", np.array(["another"]))
    for name in ("base", "a base", "other"):
        base = sqlite3.connect(project / f"read/{name}.db")
        base.execute("update t set x = 'another'")
        base.commit()
        base.close()
    for name in ("appears", "later"):
        (project / f"read/{name}.txt").write_text("another")
    for name in ("appearing_module", "appearing_named", "package_with_data/appearing", "appearing_folder/module"):
        (project / f"{name}.py").parent.mkdir(exist_ok=True)
        (project / f"{name}.py").write_text("")
    (project / "read/vanishes.txt").unlink()
    for number in ("ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX"):
        monkeypatch.setenv(f"WAYS_{number}", "another")
    monkeypatch.setenv("COLUMNS", "99")
    (project / "read/tool").write_text("")
    (project / "read/tool").chmod(0o700)
    monkeypatch.setenv("PATH", f"{project.parent / 'tools'}:{os.environ['PATH']}")


def build(project):
    """The line of --explain of each chapter."""
    lines = []
    forget_templates()
    build_book(BuildRequest(project, jobs=2, cache=project / "book/_build/cache", tell=lines.append))
    return {line.partition(": ")[0].removeprefix("latest/"): line.partition(": ")[2] for line in lines}


def published(project, slug):
    text = (project / f"book/_build/html/{slug}.html").read_text()
    return text.partition("found ")[2].partition("</p>")[0]


@pytest.fixture(scope="module")
def lines_and_versions(tmp_path_factory):
    """What each way said in four builds: cold, of nothing new, after every change, and of nothing new again."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WAYS_ONE", "one")
        folder = tmp_path_factory.mktemp("ways")
        project = project_of(folder, {"index": (NOTHING, ""), **WAYS})
        lines, versions = [], []
        for step in (None, None, change, None):
            if step:
                step(project, patch)
            (project / "unread.txt").write_text(str(len(lines)))
            lines.append(build(project))
            versions.append({slug: published(project, slug) for slug in WAYS})
        yield lines, versions


@pytest.mark.parametrize("way", WAYS)
def test_what_a_run_has_read_counts_in_whatever_way_it_was_read(lines_and_versions, way):
    lines, versions = lines_and_versions
    assert lines[0][way].startswith("run in"), lines[0][way]
    assert lines[1][way] == KEPT, lines[1][way]
    assert lines[2][way].startswith("run in"), lines[2][way]
    assert WAYS[way][1] in lines[2][way], lines[2][way]
    assert lines[3][way] == KEPT, lines[3][way]
    assert versions[0][way] == versions[1][way] != versions[2][way] == versions[3][way], "the new value is published"


def test_nothing_else_is_run_again(lines_and_versions):
    assert [line["index"].partition(" ")[0] for line in lines_and_versions[0]] == ["run", "not", "not", "not"]


def test_what_cannot_be_recorded_is_never_used_again(tmp_path):
    project = project_of(tmp_path, BEYOND)
    build(project)
    lines = build(project)
    for slug, (way, (_, words)) in zip(lines, BEYOND.items(), strict=True):
        assert lines[slug].startswith("run in"), way
        assert f"{words}, which cannot be recorded" in lines[slug], lines[slug]


def test_nothing_has_changed_is_said_only_of_what_was_recorded(tmp_path):
    def is_built(project):
        request = BuildRequest(project, cache=project / "book/_build/cache")
        if not request.folder.exists():
            build_book(request, made_from=request.made_from())
        return up_to_date.is_built(request.folder, request.made_from(), request.cache, project)

    seen = project_of(tmp_path / "seen", {"index": WAYS["open"]})
    assert is_built(seen)
    (seen / "unread.txt").write_text("other")
    assert is_built(seen)
    (seen / "read/open.txt").write_text("other")
    assert not is_built(seen)
    assert not is_built(project_of(tmp_path / "unseen", {"index": BEYOND["system"]}))
    in_c = project_of(tmp_path / "in-c", {"index": WAYS["parameter-in-c"]})
    listed = in_c / "book/contents.toml"
    listed.write_text(listed.read_text() + 'parameters = { wanted = "read/open.txt" }\n')
    for name in ("named", "open"):  # the default, and the edition's
        assert is_built(in_c)
        (in_c / f"read/{name}.txt").write_text("other")
        assert not is_built(in_c), name
        shutil.rmtree(in_c / "book/_build/html")


def test_a_project_that_was_moved_takes_its_records_along(tmp_path):
    project = project_of(tmp_path / "here", {"index": WAYS["read-text"], "beside": WAYS["beside"]})
    build(project)
    shutil.copytree(tmp_path / "here", tmp_path / "there")
    assert set(build(tmp_path / "there/p").values()) == {KEPT}


def test_a_file_that_is_edited_while_a_run_goes_on_is_read_again(tmp_path):
    record = tmp_path / "record"
    reads = recorder.Recorder(record)
    (tmp_path / "a.txt").write_text("one")
    reads.opened(str(tmp_path / "a.txt"), "r")
    reads.end()
    (tmp_path / "a.txt").write_text("more")
    states = chapters.States(tmp_path)
    assert states.recorded(record).beyond == ("a file that was edited meanwhile (a.txt)",)
    assert chapters.States(tmp_path).recorded(tmp_path / "none").beyond, "no record, no use"


def test_modules_of_other_chapters_are_forgotten_and_ours_are_not(monkeypatch, tmp_path):
    (tmp_path / "forgotten").mkdir()
    (tmp_path / "forgotten/__init__.py").write_text("")
    (tmp_path / "forgotten/deep.py").write_text("X = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    code = """
        import json, sys
        import forgotten.deep, forgotten, compute_ledger.report.cache.kernel_extension as recording
        recording.forget(["forgotten"])
        assert not {"forgotten", "forgotten.deep"} & sys.modules.keys()
        cache = "compute_ledger.report.cache"
        assert {f"{cache}.kernel_extension", f"{cache}.recorder"} <= sys.modules.keys()
        from forgotten import deep
        print(json.dumps(recording.askers.own_modules()))
    """
    import subprocess
    import sys

    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert {"forgotten", "forgotten.deep"} <= set(json.loads(done.stdout))
