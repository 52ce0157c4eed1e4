"""Values as programs have them, as the plain values of Python that mean the same: nothing is rounded or left out."""

import importlib
import math
import os
import re
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from typing import Any

MIDNIGHT = re.compile(r"T00(:00(:00(\.0+)?)?)?$")
MOST_DIGITS = 400  # what lies beyond is no float, and would take a while to write out


def plain(value: Any) -> Any:
    """`value` as text, a number, true or false, None or a list of these; what is none of them stays as it is.

    numpy's and pandas' scalars and columns are taken, paths, dates, moments at midnight without a time zone (as
    dates), decimals and fractions that a float can hold, and what is text or a number by inheritance. A moment that
    is not midnight is written out, so that it is seen to be no date.
    """
    value = _of_pandas(_of_numpy(value))
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int | float):
        return int.__int__(value) if isinstance(value, int) else float.__float__(value)
    if isinstance(value, datetime):
        at_midnight = value.timetz() == time() and not getattr(value, "nanosecond", 0)
        return (value.date() if at_midnight else value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, Decimal | Fraction):
        return _number(value)
    if isinstance(value, set | frozenset):
        return sorted(map(plain, value), key=repr)  # which means the same in any order
    return [plain(item) for item in value] if isinstance(value, list | tuple) else value


def _of_numpy(value: Any) -> Any:
    numpy = _library("numpy", value)
    if numpy is None or isinstance(value, numpy.timedelta64):  # whose number says nothing without its unit
        return value
    if isinstance(value, numpy.datetime64):
        text = str(value)
        return None if text == "NaT" else MIDNIGHT.sub("", text)
    if isinstance(value, numpy.longdouble):  # the one number that has no item of Python
        return float(value) if value == float(value) or value != value else value
    if isinstance(value, numpy.generic):
        return value.item()
    return value.tolist() if isinstance(value, numpy.ndarray) else value


def _of_pandas(value: Any) -> Any:
    pandas = _library("pandas", value)
    if pandas is None:
        return value
    if value is pandas.NA or value is pandas.NaT:
        return None
    columns = (pandas.Series, pandas.Index, pandas.api.extensions.ExtensionArray)
    return value.tolist() if isinstance(value, columns) else value


def _library(name: str, value: Any) -> Any:
    """The library of that name, if `value` is of one of its types: it has been imported then."""
    is_from_library = any(kind.__module__.partition(".")[0] == name for kind in type(value).__mro__)
    return importlib.import_module(name) if is_from_library else None


def _number(value: Decimal | Fraction) -> Any:
    """A whole number, or the float that is written with the same digits, or NaN; else `value` itself."""
    if isinstance(value, Decimal) and value.is_nan():
        return math.nan
    if isinstance(value, Decimal) and not (value.is_finite() and abs(value.adjusted()) < MOST_DIGITS):
        return value
    exact = Fraction(value)
    if exact.denominator == 1:
        return int(exact)
    try:
        nearest = float(exact)
    except OverflowError:
        return value
    return nearest if Fraction(repr(nearest)) == exact else value
