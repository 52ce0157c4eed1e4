"""Options of the test suite."""

import importlib.util
import os
import sys
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# Pictures beside the charts are for viewers of notebooks; nbval ignores them and tests do not need them.
os.environ["COMPUTE_LEDGER_PICTURES"] = "0"
# What an example costs depends on what else the machine is doing.
# The same examples each time, so that a run that passed passes again; new ones are looked for by `make fuzz`.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
settings.load_profile("steady")
settings.register_profile("long", parent=settings.get_profile("steady"), derandomize=False, max_examples=20_000)
NO_SKIPS = "COMPUTE_LEDGER_NO_SKIPS"

# Neither the tests nor anything they start talks to another machine.
LOOPBACK_ONLY = Path(__file__).parent / "loopback_only"
NETWORK_LOG = "COMPUTE_LEDGER_NETWORK_LOG"
if NETWORK_LOG not in os.environ:  # a worker of xdist has that of its parent
    os.environ[NETWORK_LOG] = tempfile.mkstemp(prefix="network-")[1]
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(LOOPBACK_ONLY), os.environ.get("PYTHONPATH")]))
if getattr(sys.modules.get("sitecustomize"), "LOG", "") != NETWORK_LOG:
    guard = importlib.util.spec_from_file_location("loopback_only", LOOPBACK_ONLY / "sitecustomize.py")
    guard.loader.exec_module(importlib.util.module_from_spec(guard))


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """What a test has let speak another language speaks none to the next."""
    yield
    from compute_ledger.shared.languages.phrases import speak

    speak("en")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--book", default=None, help="folder of a built book; without it tests of the book are skipped")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Whoever tried to leave this machine, and swallowed the error, is told of here."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    log = Path(os.environ[NETWORK_LOG])
    tried = log.read_text(encoding="utf-8")
    log.unlink()
    if tried:
        sys.stderr.write(f"the network was asked for:\n{tried}")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where everything is installed, as .ci/run sees to, a skipped test is a failed one.

    Not so where an extra is missing, which `make extras` has, or a right or processor that no script can give itself.
    """
    report = yield
    if report.skipped and os.environ.get(NO_SKIPS) and not hasattr(report, "wasxfail"):
        *_, reason = report.longrepr
        if any(excuse in reason for excuse in ("(extra ", "(rights ", "(processor ")):
            return report
        report.outcome, report.longrepr = "failed", f"{reason}; {NO_SKIPS} is set, so nothing may be skipped"
    return report


@pytest.fixture(scope="session")
def book(request: pytest.FixtureRequest) -> Path:
    folder = request.config.getoption("--book")
    if folder is None:
        pytest.skip("no --book given; make site builds one and checks it")
    path = Path(folder).resolve()
    assert (path / "index.html").is_file(), f"{path} holds no book; run make book"
    return path


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    from tests.chromium import chromium

    with chromium() as running:
        yield running


# Before xdist, which looks for the groups in the same hook.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of one chapter, or over one fixture of a module, go to one worker, which makes it once for all of them."""
    of_module = {"test_commitment_concentration": "commitment-concentration"}
    for item in items:
        callspec = getattr(item, "callspec", None)
        chapter = callspec.params.get("chapter") if callspec else None
        group = chapter or of_module.get(item.path.stem) or (item.path.stem if shares_a_fixture(item) else None)
        if group:
            item.add_marker(pytest.mark.xdist_group(group))
    # A long one, whose file is among the last: nobody is to wait for it at the end.
    items.sort(key=lambda item: item.path.stem != "test_wheel")


def shares_a_fixture(item: pytest.Item) -> bool:
    """Whether the test uses a fixture that is made once for its module."""
    info = getattr(item, "_fixtureinfo", None)
    definitions = info.name2fixturedefs.values() if info else ()
    return any(definition.scope == "module" for same_name in definitions for definition in same_name)
