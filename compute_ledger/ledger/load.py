"""Load a ledger as it stood on a given day, down to a given grade of source."""

import datetime
import hashlib
from dataclasses import dataclass, fields
from pathlib import Path

import pandas as pd

from compute_ledger.ledger.as_of import as_of_day, known_by, newest_vintages, with_standing
from compute_ledger.ledger.evidence import admitted_links, still_linked, with_sources
from compute_ledger.ledger.grades import admitted_grades
from compute_ledger.ledger.rules.integrity_rules import FIGURE_RULES
from compute_ledger.ledger.shown_from import claims_shown_from
from compute_ledger.ledger.tables.problems import LedgerError
from compute_ledger.ledger.tables.schema import SCHEMA_FILE, Schema, Table, read_schema
from compute_ledger.ledger.tables.table_reader import TableRead, read_table

MOST_KEPT_BYTES = 20_000_000
_last: dict[str, dict[str, TableRead]] = {}  # the ledger read last: chapters load it once for each grade
SERIES = {"market_shares": ["estimate", "provider"], "market_size": ["estimate"]}


@dataclass(frozen=True, eq=False, repr=False)
class Ledger:
    """A ledger as known on `as_of`, from sources of at least `min_grade`. Do not change the frames in place.

    Columns are those of `data/README.md` (the codebook, with units), in its order. Dates are datetime64, numbers
    float64, whole numbers Int64, yes/no columns bool, texts str; an empty cell is missing (`isna()`). Each of
    `deals`, `capacities`, `regimes`, `market_shares`, `market_size`, `financials` and `ties` has four more: `grade` and
    `source_id` (of the leading claim, or of the best that is left), `source_ids` (tuple, best first), `derived` (bool:
    no page prints the figure).

    sources: one publication; also `published_later` (bool: the ledger can show it only from a day after `as_of`).
    claims: one figure or dated fact as one source prints it; units in `unit`.
    evidence: one link between a row and a claim, of rows and claims that are still there.
    deals: one agreement, USD bn; also `standing` (bool: not ended, cancelled or replaced by then).
    capacities: one capacity of one deal on one basis, GW; also those of deals that ended or were replaced since.
    regimes: one period of an exclusivity regime.
    market_shares: one provider in one quarter by one estimate, in %; the newest vintage known by then.
    market_size: one quarter (or year, 2025FY) by one estimate, USD bn and %; the newest vintage known by then.
    financials: one metric of one company in one period; units in `unit`.
    ties: one directed tie between two parties, USD bn and %; `until` is missing while it stands.
    resolutions: how one conflict between claims was settled; without those that keep a claim that is left out.
    buyers: every buyer of the ledger, whatever the day and grade, the one followed for longest first.
    data_hash: SHA-256 over the CSV files as they are on disk, whatever the filters; the list of changes apart.
    """

    sources: pd.DataFrame
    claims: pd.DataFrame
    deals: pd.DataFrame
    capacities: pd.DataFrame
    evidence: pd.DataFrame
    regimes: pd.DataFrame
    market_shares: pd.DataFrame
    market_size: pd.DataFrame
    financials: pd.DataFrame
    ties: pd.DataFrame
    resolutions: pd.DataFrame
    as_of: pd.Timestamp
    min_grade: str
    data_hash: str
    folder: Path
    buyers: tuple[str, ...] = ()

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The frames by name, in the order of the schema."""
        return {field.name: getattr(self, field.name) for field in fields(self) if field.type is pd.DataFrame}

    def __repr__(self) -> str:
        rows = ", ".join(f"{name}={len(frame)}" for name, frame in self.tables.items())
        return f"Ledger(as_of={self.as_of:%Y-%m-%d}, min_grade={self.min_grade!r}, {rows})"


def load(data_dir: str | Path = "", as_of: str | datetime.date = "latest", min_grade: str = "C") -> Ledger:
    """The ledger in `data_dir`, as known on `as_of`, from sources graded `min_grade` or better.

    data_dir: a folder with `datapackage.json`; "" takes the nearest `data/` at or above the working directory.
    as_of: an ISO date (text or `datetime.date`), or "latest" for the day of the newest fact.
    min_grade: A, A-, B or C.

    Raises `LedgerError`, one line with place, value and fix: for these parameters, and for the first fault that
    would make a figure wrong. `compute_ledger.ledger.ledger_check.check_folder` lists all faults at once.
    """
    admitted_grades(min_grade)
    folder = find_folder(data_dir)
    reads, keys = _read(folder)
    frames = {name: read.frame for name, read in reads.items()}
    day = as_of_day(as_of, frames)
    shown_from = claims_shown_from(frames, keys)
    admitted_frames = _admitted(known_by(frames, day), keys, shown_from, day, min_grade)
    names = [field.name for field in fields(Ledger) if field.type is pd.DataFrame]
    return Ledger(
        **{name: admitted_frames[name] for name in names},
        as_of=day,
        min_grade=min_grade,
        data_hash=_data_hash(reads),
        folder=folder,
        buyers=_buyers(reads["deals"].frame),
    )


def whole_ledger(folder: Path) -> tuple[dict[str, pd.DataFrame], dict[str, str]]:
    """Every row of the ledger in `folder`, of all days and grades, and the primary key of each table with evidence.

    Raises `LedgerError` as `load` does.
    """
    reads, keys = _read(folder)
    return {name: read.frame for name, read in reads.items()}, keys


def find_folder(data_dir: str | Path) -> Path:
    """The ledger's folder; `LedgerError` when there is none. See `load` for what "" means."""
    if str(data_dir):
        folder = Path(data_dir)
        if not (folder / SCHEMA_FILE).is_file():
            raise LedgerError(f"data_dir {str(data_dir)!r} holds no {SCHEMA_FILE}; give the folder of a ledger")
        return folder.resolve()
    working_folder = Path.cwd()
    for parent in (working_folder, *working_folder.parents):
        if (parent / "data" / SCHEMA_FILE).is_file():
            return parent / "data"
    raise LedgerError(
        f"no data/{SCHEMA_FILE} at or above the working directory; "
        "start inside a clone of the project, or give data_dir"
    )


def _read(folder: Path) -> tuple[dict[str, TableRead], dict[str, str]]:
    schema = read_schema(folder)
    reads = _sound(folder, schema)
    keys = {name: schema.tables[name].primary_key[0] for name in schema.tables_with_evidence if name in reads}
    return reads, keys


def _sound(folder: Path, schema: Schema) -> dict[str, TableRead]:
    """The tables of a sound ledger; those of the last call when every byte is as it was then."""
    looked_at = _contents(folder, schema)
    if looked_at is None or looked_at not in _last:
        _last.clear()
        reads = {name: read_table(folder, table) for name, table in _needed(schema).items()}
        _refuse_faults(reads)
        if looked_at is None or looked_at != _contents(folder, schema):
            return reads
        _last[looked_at] = reads
    return _last[looked_at]


def _needed(schema: Schema) -> dict[str, Table]:
    """Without tables that tell what others held before: an entry there changes no figure, and runs no chapter anew."""
    return {name: table for name, table in schema.tables.items() if not table.only_history}


def _contents(folder: Path, schema: Schema) -> str | None:
    """A hash of all that reading depends on; None for a ledger too large to keep."""
    paths = [folder / table.path for table in _needed(schema).values()]
    if sum(path.stat().st_size for path in paths if path.is_file()) > MOST_KEPT_BYTES:
        return None
    total = hashlib.sha256(repr(schema.descriptor).encode())
    for path in paths:
        total.update(f"\n{path.resolve()}\n".encode() + (path.read_bytes() if path.is_file() else b"no file"))
    return total.hexdigest()


def _refuse_faults(reads: dict[str, TableRead]) -> None:
    """Raise the first fault, those of single files before those between files."""
    for read in reads.values():
        if read.problems:
            raise LedgerError(str(read.problems[0]))
    for rule in FIGURE_RULES:
        rule(reads)
        for read in reads.values():
            if read.problems:
                raise LedgerError(str(read.problems[0]))


def _admitted(
    frames: dict[str, pd.DataFrame], keys: dict[str, str], shown_from: pd.Series, day: pd.Timestamp, min_grade: str
) -> dict[str, pd.DataFrame]:
    links = admitted_links(frames, shown_from, day, min_grade)
    for name, key in keys.items():
        frame = with_sources(frames[name], key, links[links["table"] == name])
        admitted = frame["grade"].notna()
        # Deals first: what a deal below the grade replaced must be known before it is left out.
        frame = with_standing(frame, admitted) if name == "deals" else frame
        frame = frame[admitted].reset_index(drop=True)
        frames[name] = newest_vintages(frame, SERIES[name]) if name in SERIES else frame
    frames |= still_linked(frames, links, keys, shown_from, day, min_grade)
    kept_claims, claims = frames["resolutions"]["kept_claim_id"], frames["claims"]["claim_id"]
    settled = frames["resolutions"][kept_claims.isna() | kept_claims.isin(claims)]
    return frames | {"resolutions": settled.reset_index(drop=True)}


def _buyers(deals: pd.DataFrame) -> tuple[str, ...]:
    first_deals = deals.groupby("buyer")["known_on"].min().reset_index().sort_values(["known_on", "buyer"])
    return tuple(first_deals["buyer"])


def _data_hash(reads: dict[str, TableRead]) -> str:
    lines = "".join(f"{read.sha256}  {read.table.path}\n" for _, read in sorted(reads.items()))
    return hashlib.sha256(lines.encode()).hexdigest()
