"""axe-core's rules for WCAG 2.2 A and AA, and contrast, on every page at every width, in light and dark.

Every fold is opened first and of long lists the first items are kept: the others have the same markup. axe says
"incomplete" of text over a gradient, as in every table here, and knows nothing of charts. So text and marks are
measured by scripts/contrast.js in both drawings of the charts, light and dark; axe, forty times slower at it, gives a
second opinion on two pages. Its other rules do not look at colours, and but for some do not look at the width. The
pages of the print edition and of older editions have the same templates: one width, and the contrast of two states, are
enough.
"""

import json

from axe_playwright_python.base import AXE_SCRIPT

from .visit import AGAIN, DRAWINGS, Tabs, Visit, seen_before

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
CONTRAST = "color-contrast"
SECOND_OPINION = {"index.html": (375, "dark"), "evidence.html": (1280, "light")}
WIDTH_RULES = ["target-size", "scrollable-region-focusable", "meta-viewport", "css-orientation-lock"]
WIDTHS = [(1280, WCAG), (320, WIDTH_RULES)]
MOST_ALIKE = 8


def violations(page: Visit, **options: object) -> list[str]:
    """axe's violations, one line each; axe must have been put into the page before."""
    given = json.dumps({"resultTypes": ["violations"]} | options)
    found = page.tab.evaluate(f"() => axe.run({given}).then(results => results.violations)")
    return [f"{each['id']}: {each['help']}; {node['html'][:200]}" for each in found for node in each["nodes"][:2]]


def test_page_is_accessible(tabs: Tabs, addresses: dict[str, str], page_name: str):
    again = seen_before(page_name)
    with tabs.visit(addresses["file"] + page_name, 1280) as page:
        page.run("shorten", MOST_ALIKE)
        problems = page.in_states("contrast", AGAIN if again else DRAWINGS)
        page.run("empty_charts")
        page.tab.evaluate(AXE_SCRIPT)
        if page_name in SECOND_OPINION:
            page.take_state(*SECOND_OPINION[page_name])
            problems += [f"{SECOND_OPINION[page_name]}: {each}" for each in violations(page, runOnly=[CONTRAST])]
        for width, only in WIDTHS[: 1 if again else None]:
            page.take_state(width, "light")
            found = violations(page, runOnly=only, rules={CONTRAST: {"enabled": False}} if only is WCAG else {})
            problems += [f"{width} px: {each}" for each in found]
        assert not problems, "\n".join(problems)


def test_page_is_accessible_without_javascript(tabs: Tabs, addresses: dict[str, str], new_page_name: str):
    with tabs.visit(addresses["http"] + new_page_name, 375, script=False) as page:
        page.let_scripts_run(True)
        page.run("shorten", MOST_ALIKE)
        page.run("empty_charts")
        page.tab.evaluate(AXE_SCRIPT)
        problems = violations(page, runOnly=WCAG, rules={CONTRAST: {"enabled": False}})
        assert not problems, "\n".join(problems)
