"""One way to round what is computed, wherever it is shown, kept, ranked or compared.

The last bits of a computed number are no information: another processor, or another order of a sum, gives others.
So a number counts only to `DIGITS` significant digits and `FINEST` decimals. A double has 15.9 digits; a chain of
some hundred operations spoils the last two or three, so that twelve are the same wherever they are computed. Six
decimals are a thousand dollars where billions are counted, or a millionth of a percent: what a difference of nearly
equal numbers leaves below them is nothing. Either limit alone would let noise through, the first where a difference
should be zero, the second in the millions.

Decimals are rounded from these digits and exactly, halves away from zero: 2.675 is 2.68 and 0.5 is 1, though the
double nearest to 2.675 lies below it and Python's own rounding makes 0.5 a 0.

Measures compute with what they are given and round only where they rank and compare; exhibits take their numbers
rounded (`inputs`), and what leaves a cell is rounded once more. Both wings print numbers, so this belongs to neither.
"""

import functools
import math
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any, ParamSpec, TypeVar

Given = ParamSpec("Given")
Result = TypeVar("Result")

DIGITS, FINEST = 12, 6
FINER = 9  # decimals for what goes on to be computed with
_EXACT = Context(prec=400)  # as long as a double can be
_STEPS = [Decimal(1).scaleb(-decimals) for decimals in range(FINER + 1)]


def rounded(value: float, decimals: int = FINEST) -> float:
    """`value` to `decimals` (0 to 9): what it says, without what its last bits add. Never -0.0.

    nan and infinities stay what they are.
    """
    if not math.isfinite(value) or (value == int(value) and abs(value) < 2**53):
        return value + 0.0  # whole numbers, as typed, have as many digits as they have
    exact = Decimal(f"{value:.{DIGITS}g}").quantize(_STEPS[max(decimals, FINEST)], ROUND_HALF_UP, _EXACT)
    # In two steps, so that a number that went over the border and one that did not are printed alike.
    return float(exact.quantize(_STEPS[decimals], ROUND_HALF_UP, _EXACT)) + 0.0


def text(value: float, decimals: int) -> str:
    """'-1,234.50': `value` to `decimals`, thousands set apart; a whole number has any length."""
    return f"{value if isinstance(value, int) else rounded(value, decimals):,.{decimals}f}"


def column(values: Any, decimals: int = FINEST) -> Any:
    """A pandas Series with its floats rounded, anything but floats as it is: also a `key` for `sort_values`."""
    if values.dtype.kind != "f":
        return values
    rounded_values = array(values.to_numpy(float, na_value=math.nan), decimals)
    return type(values)(rounded_values, index=values.index, name=values.name)


def array(values: Any, decimals: int = FINEST) -> Any:
    """A numpy array of floats, rounded: as `rounded` does it, many at once where there is no doubt."""
    import numpy as np  # not needed to start the command line

    scale = float(10**decimals)
    small = np.abs(values) < 10.0 ** (DIGITS - 2 - decimals)  # where the limit of decimals is by far the narrower one
    scaled = np.where(small, values, 0.0) * scale
    whole_numbers = np.rint(scaled)
    rounded_values = whole_numbers / scale + 0.0
    doubtful = ~small | (np.abs(scaled - whole_numbers) > 0.44)
    rounded_values[doubtful] = [rounded(value, decimals) for value in values[doubtful].tolist()]
    return rounded_values


def frame(rows: Any, decimals: int = FINEST) -> Any:
    """A pandas DataFrame with its floats rounded."""
    rounded_rows = rows
    for position in [position for position, dtype in enumerate(rows.dtypes) if dtype.kind == "f"]:
        values = rows.iloc[:, position].to_numpy(float, na_value=math.nan)
        clean = array(values, decimals)
        if clean.tobytes() != values.tobytes():  # most are as typed, and a new column is dear
            rounded_rows = rows.copy(deep=False) if rounded_rows is rows else rounded_rows
            rounded_rows.isetitem(position, clean)
    return rounded_rows


def inputs(function: Callable[Given, Result]) -> Callable[Given, Result]:
    """Decorate a function so that the frames, series and numbers given to it arrive rounded.

    What it then compares, ranks, adds up or puts into words does not hang on last bits.
    """

    @functools.wraps(function)
    def with_rounded(*arguments: Given.args, **keywords: Given.kwargs) -> Result:
        return function(*map(_input, arguments), **{name: _input(value) for name, value in keywords.items()})

    return with_rounded


def _input(value: Any) -> Any:
    if isinstance(value, float):
        return rounded(value)
    if isinstance(value, dict):
        return {key: _input(entry) for key, entry in value.items()}
    if type(value) is tuple:
        return tuple(map(_input, value))
    return frame(value) if hasattr(value, "isetitem") else column(value) if hasattr(value, "dtype") else value


def plain(value: Any) -> Any:
    """Plain JSON (of dicts, lists and tuples) with every float in it rounded."""
    if isinstance(value, float):
        return rounded(value)
    if isinstance(value, dict):
        return {key: plain(entry) for key, entry in value.items()}
    return list(map(plain, value)) if isinstance(value, list | tuple) else value
