"""Two wings that meet only in the notebooks, and a command line that starts at once."""

import ast
import re
import subprocess
import sys
from collections import Counter

import networkx as nx
import pytest

from compute_ledger.report.cache import fingerprints, kernel_extension, source_imports, up_to_date
from compute_ledger.report.charts import drawing_cache
from compute_ledger.report.kernels import forked_kernel
from compute_ledger.report.notebooks.notebook_file import read_notebook
from tests import structure
from tests.tiny_project import REPO

PACKAGE = REPO / "compute_ledger"
# What none of the modules of a folder may import, beside what stands on a higher floor (structure.FLOORS).
FORBIDDEN = {
    "shared": ("ledger", "measures", "exhibits", "report", "commands", "cli"),
    "ledger": ("measures", "exhibits", "report", "commands", "cli"),
    "measures": ("exhibits", "report", "commands", "cli"),
    "exhibits": ("report", "commands", "cli"),
    "report": ("ledger", "measures", "exhibits", "commands", "cli"),
    "commands": ("measures", "exhibits", "cli"),
}
# One file of this name in each chapter's folder.
OF_EACH_CHAPTER = {"key_figures"}
OURS = re.compile(r"(compute_ledger|benchmarks|tests)\b")
MOST_MODULES = 12  # in one folder
# Folders, of the package and of its tests, where each variable is a noun of the domain.
NAMED_BY_NOUNS = ("shared", "ledger", "measures", "exhibits", "report", "commands")


@pytest.fixture(scope="module")
def arrows():
    return structure.graph(REPO)


@pytest.mark.parametrize("wing", FORBIDDEN)
def test_a_wing_keeps_to_its_side(arrows, wing):
    assert any(importer.startswith(f"compute_ledger.{wing}.") for importer, _ in arrows.edges)
    for importer, imported in arrows.edges:
        if structure.room(importer).partition(".")[0] == wing:
            assert structure.room(imported).partition(".")[0] not in FORBIDDEN[wing], f"{importer} imports {imported}"


def test_the_floors_hold(arrows):
    """Folders import from lower floors only; those of one floor do not know each other."""
    standing = {folder for floor in structure.FLOORS for folder in floor}
    rooms = {structure.room(name) for name in arrows} - {"", "report"}
    assert rooms == standing
    assert structure.arrows_up(arrows) == []
    assert structure.circles(arrows) == []


def test_floors_and_circles_are_seen():
    arrows = nx.DiGraph([("compute_ledger.report.book.contents", "compute_ledger.report.site.feeds")])
    assert structure.arrows_up(arrows) == [
        "compute_ledger.report.book.contents imports compute_ledger.report.site.feeds"
    ]
    arrows.add_edge("compute_ledger.report.site.feeds", "compute_ledger.report.book.contents")
    assert structure.circles(arrows) == [["compute_ledger.report.book.contents", "compute_ledger.report.site.feeds"]]
    arrows = nx.DiGraph([("compute_ledger.report.site.feeds", "compute_ledger.report.sweep.grid")])
    assert len(structure.arrows_up(arrows)) == 1


def test_relative_imports_are_seen(tmp_path):
    path = tmp_path / "compute_ledger/report/charts/svg.py"
    path.parent.mkdir(parents=True)
    path.write_text("from ...ledger import load\nfrom . import drawing_cache\n")
    module_names = {"compute_ledger.ledger.load", "compute_ledger.report.charts.drawing_cache"}
    assert set(structure.imports("compute_ledger.report.charts.vega_svg", path, module_names)) == module_names


def test_chapters_are_islands(arrows):
    """A chapter's exhibits import those of no other (the first page grades its figures as the evidence page does)."""
    chapters = {path.name for path in (PACKAGE / "exhibits").iterdir() if (path / "__init__.py").is_file()}
    chapters -= {"drawing"}
    assert {"timeline", "market", "concentration"} <= chapters
    for importer, imported in arrows.edges:
        if imported.startswith("compute_ledger.exhibits."):
            own_chapter, other_chapter = ({*name.split(".")[2:3]} & chapters for name in (importer, imported))
            # What all chapters use knows none of them.
            if other_chapter and own_chapter != other_chapter and importer.startswith("compute_ledger.exhibits"):
                assert (own_chapter, other_chapter) == ({"overview"}, {"evidence"}), f"{importer} imports {imported}"


def test_no_function_of_the_analysis_serves_its_tests_alone():
    """The method page lists every measure as one of this report; the guide of a new project counts as a use."""
    notebooks = [read_notebook(path) for path in [*(REPO / "notebooks").glob("*.ipynb"), *PACKAGE.rglob("*.ipynb")]]
    texts = [path.read_text(encoding="utf-8") for path in [*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.md")]]
    texts += [cell.source for notebook in notebooks for cell in notebook.cells]
    words = Counter(word for text in texts for word in re.findall(r"\w+", text))
    modules = [path for wing in ("measures", "exhibits") for path in (PACKAGE / wing).rglob("*.py")]
    statements = [node for path in modules for node in ast.parse(path.read_text(encoding="utf-8")).body]
    functions = [node.name for node in statements if isinstance(node, ast.FunctionDef)]
    assert len(functions) > 500
    assert [name for name in functions if words[name] < 2] == []


def test_no_function_of_the_analysis_is_long():
    """Selecting, computing, drawing and wording apart: a reader sees each whole."""
    wing = ("compute_ledger/exhibits/", "compute_ledger/measures/")
    assert [function for function in structure.long_functions(REPO) if function.startswith(wing)] == []


def test_long_functions_are_seen(tmp_path):
    path = tmp_path / "compute_ledger/measures/market.py"
    path.parent.mkdir(parents=True)
    body = "    pass\n" * structure.LONGEST_FUNCTION
    path.write_text(f"class Market:\n  def long(self):\n{body}\ndef short():\n{body[9:]}")
    assert structure.long_functions(tmp_path) == ["compute_ledger/measures/market.py:2 long"]


@pytest.mark.parametrize("folder", NAMED_BY_NOUNS)
def test_a_variable_says_what_it_holds(folder):
    for wing in (PACKAGE, REPO / "tests"):
        assert structure.vague_names(wing / folder) == [], "name what it holds: doubled_deals, sentences, figures"


def test_vague_names_are_seen(tmp_path):
    lines = ("def check(said):", "    told = [found for found in said]", "    return Report(found=told.found)")
    (tmp_path / "check.py").write_text("\n".join(lines))
    assert structure.vague_names(tmp_path) == ["check.py:1 said", "check.py:2 found", "check.py:2 told"]


def test_every_exhibit_has_an_id():
    """From its decorator, which also names it where it is empty, or as an argument."""
    exhibits = 0
    for path in (PACKAGE / "exhibits").glob("*/*.py"):
        for function in ast.parse(path.read_text(encoding="utf-8")).body:
            calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
            exhibit_calls = [node for node in calls if ast.unparse(node.func) in ("Exhibit", "Exhibit.empty", "Table")]
            if not exhibit_calls:
                continue
            exhibits += 1
            named = [
                ast.unparse(decorator.func) for decorator in function.decorator_list if isinstance(decorator, ast.Call)
            ]
            have_id = [any(argument.arg == "id" for argument in node.keywords) for node in exhibit_calls]
            assert named == ["exhibit"] or all(have_id), f"{path.name}: {function.name} makes an exhibit without an id"
            assert not (named and any(have_id)), f"{path.name}: {function.name} names its exhibit twice"
    assert exhibits > 40


def test_no_folder_is_crowded():
    assert structure.crowded(REPO)[1] <= MOST_MODULES


def test_no_two_modules_have_one_name():
    names = Counter(path.stem for path in structure.sources(REPO).values() if path.name != "__init__.py")
    assert {name for name, number in names.items() if number > 1} - OF_EACH_CHAPTER == set()


def test_what_begins_with_an_underscore_stays_at_home():
    """In the package, in what measures it and in its tests, where a name may be replaced by its text too."""
    for path in [
        path for folder in ("compute_ledger", "benchmarks", "tests") for path in (REPO / folder).rglob("*.py")
    ]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert private_names_of_others(tree) == [], f"{path.relative_to(REPO)} takes them out of another module"


@pytest.mark.parametrize(
    "use",
    [
        "from tests.a import _b",
        "from tests import a\na._b",
        "from tests import a as c\nsetattr(c, '_b', 1)",
        "monkeypatch.setattr('tests.a._b', 1)",
    ],
)
def test_a_private_name_is_seen_in_every_way_it_may_be_used(use):
    assert private_names_of_others(ast.parse(use)) == ["_b"]


def private_names_of_others(tree):
    """Names with an underscore that are imported, asked for or replaced though they are another module's of ours.

    Those that end in one too are protocols, of Python or of Jupyter.
    """
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and OURS.match(node.module or "")]
    ours = {alias.asname or alias.name: alias.name for node in imports for alias in node.names}
    names = list(ours.values())
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in ours:
            names.append(node.attr)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("setattr"):
            owner, *texts = map(ast.unparse, node.args[:2])
            if owner in ours:
                names += [text.strip("'") for text in texts]
            elif OURS.match(owner.strip("'")):
                names.append(owner.strip("'").rpartition(".")[2])
    return [name for name in names if name.startswith("_") and not name.endswith("_")]


def test_starting_the_command_line_imports_nothing_heavy():
    heavy = "pandas altair papermill nbconvert nbformat jupyter_client frictionless vl_convert tqdm mistune jinja2"
    code = f"import sys, compute_ledger.cli; print([m for m in '{heavy}'.split() if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=REPO)
    assert done.stdout.strip() == "[]"


def test_only_the_check_of_a_ledger_imports_frictionless():
    """It is an extra, which no reader and no build needs."""
    importers = [
        name
        for name, path in structure.sources(REPO).items()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for module in ([node.module] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
        if (module or "").partition(".")[0] == "frictionless"
    ]
    assert importers == ["compute_ledger.ledger.ledger_check"]


def named_modules():
    """Every string of the sources that looks like a module of ours, and where it stands."""
    files = [path for folder in ("compute_ledger", "tests", "benchmarks") for path in (REPO / folder).rglob("*.py")]
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                for name in re.findall(r"(?<![\w./])compute_ledger(?:\.[A-Za-z_]\w*)+(?!\w|\()", node.value):
                    yield name, f"{path.relative_to(REPO)}:{node.lineno}"
    for name in re.findall(r"compute_ledger[\w.]+", (REPO / "pyproject.toml").read_text()):
        yield name, "pyproject.toml"


def is_there(name):
    """Whether the dotted name is a module of ours, or something defined in one."""
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        stem = REPO.joinpath(*parts[:end])
        if stem.with_suffix(".py").is_file() or (stem / "__init__.py").is_file():
            path = stem.with_suffix(".py") if stem.with_suffix(".py").is_file() else stem / "__init__.py"
            return end == len(parts) or re.search(rf"\b{parts[end]}\b", path.read_text(encoding="utf-8")) is not None
    return False


def test_every_string_that_names_a_module_names_one():
    """A misspelt one in a key of the cache would weaken it in silence."""
    named = list(named_modules())
    assert len(named) > 20
    assert [
        f"{place}: {name}"
        for name, place in named
        if not is_there(name) and not name.endswith((".nowhere", ".__file__"))
    ] == []
    assert not is_there("compute_ledger.report.nowhere")


def test_what_the_keys_of_the_cache_rest_on_is_there():
    for name in (
        *fingerprints.RUNNER,
        *fingerprints.RENDERER,
        up_to_date.COMMAND,
        forked_kernel.NURSERY,
        kernel_extension.__name__,
    ):
        assert is_there(name), name
        assert name in source_imports.files([name], REPO), name
    assert [name for name in drawing_cache.DRAWERS if not (REPO / name).is_file()] == []
    # What runs cells is in the key of a run, and what draws in that of a page.
    assert {"compute_ledger.report.cache.kernel_extension", "compute_ledger.report.kernels.kernel_manager"} <= set(
        source_imports.files(fingerprints.RUNNER, REPO)
    )
    assert {"compute_ledger.report.charts.vega_svg", "compute_ledger.shared.fonts"} <= set(
        source_imports.files(fingerprints.RENDERER, REPO)
    )
