"""Conditions that one clone can be under at once, so that they are tried together."""

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce

from .conditions import Condition

LEVELS = ("chapter", "elsewhere", "side by side", "book")  # from little to run to much
PLAIN = Condition("")
OF_ONE = ("form", "clone", "git", "python", "spoil", "around", "limit_mb")  # a clone has one of each
SWITCHES = ("only_path", "set_up", "offline", "chapter_only")


def bundles(conditions: Sequence[Condition]) -> list[list[Condition]]:
    """Every condition in one bundle of such as fit each other.

    Those with most to run come first. A condition that installs an environment joins a bundle that does so anyway, if
    it can, and any other the smallest that takes it.
    """
    found: list[list[Condition]] = []
    for condition in sorted(conditions, key=_level, reverse=True):
        takes = [bundle for bundle in found if all(fit(condition, member) for member in bundle)]
        if takes:
            anew = [condition.set_up and not together(bundle).set_up for bundle in takes]
            min(zip(anew, map(len, takes), takes, strict=True), key=lambda each: each[:2])[2].append(condition)
        else:
            found.append([condition])
    return found


def fit(one: Condition, other: Condition) -> bool:
    """Whether both conditions can be made in one clone, and each is tried there as thoroughly as alone."""
    switched_git = any(each.git for each in (one, other)) and any(each.form != "clone" for each in (one, other))
    return not (
        any(_apart(*pair) for pair in ((one, other), (other, one)))
        or any(len({getattr(each, name) for each in (one, other, PLAIN)}) > 2 for name in OF_ONE)
        or switched_git
        or _clash(one, other)
    )


def _apart(one: Condition, other: Condition) -> bool:
    """Whether the first has to do without the second because of what is run."""
    return (
        one.runs == "elsewhere"  # which writes nothing into its clone
        or (one.runs == "side by side" and other.runs == "book")  # both make the book
        or (one.chapter_only and other.runs != "chapter")
        or (one.offline and other.set_up)
        # Where it may not take names of files for UTF-8, Python reads no environment in a folder with an accent.
        or (one.settings.get("PYTHONUTF8") == "0" and not other.clone.isascii())
    )


def _clash(one: Condition, other: Condition) -> bool:
    """Whether both have a say in one variable, and not the same."""
    values = [
        {**each.settings, **{name: maker.make for maker in each.made for name in maker.names}} for each in (one, other)
    ]
    return any(values[0][name] != values[1][name] for name in values[0].keys() & values[1].keys())


def together(members: Sequence[Condition]) -> Condition:
    """All that holds where every member does, as one condition; its name is that of the first."""
    return reduce(_both, members)


def _both(one: Condition, other: Condition) -> Condition:
    return replace(
        one,
        runs=max(one, other, key=_level).runs,
        settings={**one.settings, **other.settings},
        made=tuple(dict.fromkeys((*one.made, *other.made))),
        words=(*one.words, *other.words),
        **{name: getattr(one, name) or getattr(other, name) for name in SWITCHES},
        **{name: getattr(other, name) for name in OF_ONE if getattr(one, name) == getattr(PLAIN, name)},
    )


def _level(condition: Condition) -> int:
    return LEVELS.index(condition.runs)
