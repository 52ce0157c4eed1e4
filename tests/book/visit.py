"""A page opened in the browser, with all that it asked for and said."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, CDPSession, Page

SCRIPTS = {path.stem: path.read_text(encoding="utf-8") for path in (Path(__file__).parent / "scripts").glob("*.js")}
HEIGHT_PX = 900
HELD = "data:font/woff2;base64,"
# Width in pixels and colour scheme. Each differs from the one before in one of them: a change of either costs a layout.
STATES = [
    (320, "dark"),
    (320, "light"),
    (375, "light"),
    (375, "dark"),
    (768, "dark"),
    (768, "light"),
    (1280, "light"),
    (1280, "dark"),
]


# A chart has two drawings, one for phones; two states show both of them, and both colours.
DRAWINGS = [(375, "light"), (375, "dark"), (1280, "dark"), (1280, "light")]
AGAIN = [(320, "dark"), (1280, "light")]


def seen_before(page_name: str) -> bool:
    """Whether a page has the templates of another over the same data (print edition) or less (older editions)."""
    return page_name.endswith("print.html") or page_name.startswith("editions/")


def seen_twice(page_name: str) -> bool:
    """Whether both are so of a page."""
    return page_name.endswith("print.html") and page_name.startswith("editions/")


@dataclass
class Visit:
    """`asked` are the addresses requested, `said` the messages and errors of the console.

    The fonts that a stylesheet holds are no requests, though the browser tells of them.
    """

    tab: Page
    line: CDPSession
    asked: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def run(self, script: str, *given: object) -> list[str]:
        """What a file of `scripts/` returns."""
        return self.tab.evaluate(SCRIPTS[script], *given)

    def take_state(self, width: int, scheme: str) -> None:
        """Make the window so wide and the colours light or dark, as a reader's device would."""
        if self.tab.viewport_size != {"width": width, "height": HEIGHT_PX}:
            self.tab.set_viewport_size({"width": width, "height": HEIGHT_PX})
        self.tab.emulate_media(color_scheme=scheme, media="screen")

    def in_states(self, script: str, states: Sequence[tuple[int, str]] = STATES) -> list[str]:
        """What a file of `scripts/` finds in each of the `states`, with the state before it."""
        found = []
        for width, scheme in states:
            self.take_state(width, scheme)
            found += [f"{width} px, {scheme}: {each}" for each in self.run(script)]
        return found

    def let_scripts_run(self, may: bool) -> None:
        """Scripts that did not run when the page was loaded never will; those of a check may later."""
        self.line.send("Emulation.setScriptExecutionDisabled", {"value": not may})


class Tabs:
    """One browser's tabs, one for each place that pages come from: a tab takes longer to open than a page."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._open: dict[str, Page] = {}

    @contextmanager
    def visit(self, address: str, width: int, *, script: bool = True) -> Iterator[Visit]:
        """Open `address` in a light window of that width, with or without JavaScript."""
        origin = "/".join(address.split("/")[:3])
        tab = self._open.pop(origin, None) or self._browser.new_page()
        visit = Visit(tab, tab.context.new_cdp_session(tab))
        listeners = {
            "console": lambda message: visit.said.append(message.text),
            "pageerror": lambda error: visit.said.append(str(error)),
            "request": lambda request: request.url.startswith(HELD) or visit.asked.append(request.url),
        }
        visit.take_state(width, "light")
        visit.let_scripts_run(script)
        for event, listener in listeners.items():
            tab.on(event, listener)
        tab.goto(address)
        tab.locator("body, svg").first.wait_for()  # the page shows once its typefaces are read
        yield visit
        # After a failure the tab is not used again: whoever comes next starts afresh.
        for event, listener in listeners.items():
            tab.remove_listener(event, listener)
        visit.line.detach()
        self._open[origin] = tab
