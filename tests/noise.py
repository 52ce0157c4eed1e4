"""Chapters run with noise in the last bit of every number, as another processor would make it."""

import contextlib
import functools
import inspect
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from compute_ledger.ledger import Ledger
from tests import chapters

COMPUTING = "compute_ledger.measures."
# Nothing is computed here: typed figures, rounded first, one bit less where an end is not reached, and whole days.
EXACT = ("spans", "_days")


class Noise:
    """Moves floats by up to one unit in the last place, up or down, the same way for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = np.random.default_rng(seed)

    def moved(self, thing: Any) -> Any:
        """The same object with other last bits: of a number, a frame, or a tuple, list or dict of them."""
        if isinstance(thing, float):
            return float(self._floats(np.array([thing]))[0])
        if isinstance(thing, pd.Series):
            return self._series(thing)
        if isinstance(thing, pd.DataFrame):
            return thing.assign(**{name: self._series(thing[name]) for name in thing.select_dtypes("float")})
        if isinstance(thing, Ledger):
            return replace(thing, **{name: self.moved(frame) for name, frame in thing.tables.items()})
        if isinstance(thing, dict):
            return {key: self.moved(value) for key, value in thing.items()}
        if type(thing) in (tuple, list):
            return type(thing)(map(self.moved, thing))
        return thing

    def _series(self, values: pd.Series) -> pd.Series:
        if values.dtype.kind != "f":
            return values
        numbers = self._floats(values.to_numpy(float, na_value=np.nan))
        return pd.Series(numbers, index=values.index, name=values.name)

    def _floats(self, numbers: np.ndarray) -> np.ndarray:
        towards = self._random.choice([-np.inf, np.inf], numbers.shape)
        moving = (self._random.random(numbers.shape) > 1 / 3) & np.isfinite(numbers) & (numbers != 0)
        return np.nextafter(numbers, np.where(moving, towards, numbers))


@contextlib.contextmanager
def in_results(noise: Noise) -> Iterator[None]:
    """Every function of the measures, and of `math`, gives its result with noise, wherever it is called from."""
    changed = []
    for module in [loaded for name, loaded in sorted(sys.modules.items()) if name.startswith("compute_ledger.")]:
        for name, function in sorted(vars(module).items()):
            if callable(function) and _computes(function) and name not in EXACT:
                changed.append((module, name, function))
                setattr(module, name, noisy(function, noise))
    try:
        yield
    finally:
        for module, name, function in changed:
            setattr(module, name, function)


def _computes(function: Any) -> bool:
    module = getattr(function, "__module__", "")
    return module == "math" or (inspect.isfunction(function) and module.startswith(COMPUTING))


def noisy(function: Any, noise: Noise) -> Any:
    """The function, with noise in what it gives."""
    return functools.wraps(function)(lambda *args, **kwargs: noise.moved(function(*args, **kwargs)))


def run_chapter(name: str, seed: int, load: Any = chapters.load_once, **parameters: Any) -> chapters.Shown:
    """`chapters.run_chapter` with a ledger and measures whose numbers have other last bits."""
    noise = Noise(seed)

    def moved(*args: Any, **kwargs: Any) -> Ledger:
        return noise.moved(load(*args, **kwargs))

    with in_results(noise):
        return dict(chapters.cells(name, parameters, moved))
