"""One name has one spelling, in all rows and tables: names are keys, and a key compares as it is typed."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from compute_ledger.ledger.rules.spellings import alike, first_difference, folded, misspelt
from compute_ledger.ledger.tables.csv_text import FIRST_ROW
from compute_ledger.ledger.tables.problems import WARNING, Problem, shown
from compute_ledger.ledger.tables.required_columns import KNOWN_NAMES, NAMES
from compute_ledger.ledger.tables.table_reader import TableRead

Tables = dict[str, TableRead]


@dataclass
class Spelling:
    """A name as typed: how many rows have it, and the first of them (none: a name that the measures know)."""

    text: str
    rows: int
    read: TableRead | None = None
    column: str = ""
    row: int = 0

    @property
    def place(self) -> str:
        return f"{self.read.table.path}, row {self.row}" if self.read else "a name with a meaning of its own"


def names_have_one_spelling(tables: Tables) -> None:
    """Of spellings that a reader takes for one name, the commonest is right; every row that has another is named."""
    for kind, columns in NAMES.items():
        by_name: dict[str, list[Spelling]] = defaultdict(list)
        for spelling in _spellings(tables, kind).values():
            by_name[folded(spelling.text)].append(spelling)
        right_spellings: dict[str, Spelling] = {}
        for spellings in by_name.values():
            commonest = max(spellings, key=_weight)
            right_spellings |= {other.text: commonest for other in spellings if other is not commonest}
        for read, column in _columns(tables, columns) if right_spellings else ():
            _report_others(read, column, right_spellings)


def _weight(spelling: Spelling) -> float:
    return spelling.rows if spelling.read else float("inf")


def _report_others(read: TableRead, column: str, right_spellings: dict[str, Spelling]) -> None:
    reported_lines = {problem.row for problem in read.problems if problem.column == column}
    cells = read.frame[column]
    for row, text in cells[cells.isin(right_spellings)].items():
        line, spelling = int(str(row)) + FIRST_ROW, right_spellings[text]
        if line not in reported_lines:
            message = f"differs from {shown(spelling.text)} ({spelling.place}) only in what a reader overlooks: "
            message += first_difference(text, spelling.text)
            fix = "write it as there, or rename one of the two so that a reader can tell them apart"
            read.report(line, column, text, message, fix)


def _spellings(tables: Tables, kind: str) -> dict[str, Spelling]:
    """All spellings of names of one kind, in the order of tables, columns and rows."""
    spellings = {text: Spelling(text, 0) for text in KNOWN_NAMES.get(kind, ())}
    for read, column in _columns(tables, NAMES[kind]):
        cells = read.frame[column].dropna()
        counts = cells.value_counts(sort=False).to_dict()
        for row, text in cells.drop_duplicates().items():
            if text not in spellings:
                spellings[text] = Spelling(text, 0, read, column, int(str(row)) + FIRST_ROW)
            spellings[text].rows += int(counts[text])
    return spellings


def _columns(tables: Tables, columns: dict[str, tuple[str, ...]]) -> Iterator[tuple[TableRead, str]]:
    for name, names in columns.items():
        for column in names:
            if column in tables[name].frame and column not in tables[name].lost:
                yield tables[name], column


def names_are_not_misspelt(tables: Tables) -> None:
    """Warn of names so alike that one may be the other misspelt, at the first row of the rarer one."""
    for kind in NAMES:
        names = {folded(text): spelling for text, spelling in _spellings(tables, kind).items()}
        for earlier, later in _pairs(names.values()):
            rarer, commoner = sorted((later, earlier), key=_weight)
            if rarer.read:
                message = f"is nearly {shown(commoner.text)} ({commoner.place})"
                fix = "if it is the same, write it the same way"
                rarer.read.problems.append(
                    Problem(rarer.read.table.path, rarer.row, rarer.column, rarer.text, message, fix, WARNING)
                )


def _pairs(names: Iterable[Spelling]) -> Iterator[tuple[Spelling, Spelling]]:
    """Pairs that may be one name misspelt. Of names that share a key, neighbours alone are compared, so that the
    work grows as the names do and not as their pairs."""
    last_by_key: dict[int, Spelling] = {}  # by hash, as a large ledger has millions of keys; `misspelt` decides anyway
    seen: set[tuple[str, str]] = set()
    for name in names:
        for key in map(hash, alike(name.text)):
            neighbour = last_by_key.get(key)
            last_by_key[key] = name
            if (
                neighbour
                and neighbour is not name
                and (neighbour.text, name.text) not in seen
                and misspelt(neighbour.text, name.text)
            ):
                seen.add((neighbour.text, name.text))
                yield neighbour, name


def keys_differ_in_more_than_case(tables: Tables) -> None:
    """Keys become anchors and names of files, which some disks do not tell apart by case."""
    for read in tables.values():
        if len(read.table.primary_key) != 1 or set(read.table.primary_key) & read.lost:
            continue
        (column,) = read.table.primary_key
        keys = read.frame[column].dropna().drop_duplicates()
        lower = keys.str.casefold()
        first = dict(zip(lower[::-1], keys[::-1], strict=True))
        for row, key in lower[lower.duplicated()].items():
            read.report_cells([int(str(row))], column, f"differs from {shown(first[key])} in case only", "rename one")
