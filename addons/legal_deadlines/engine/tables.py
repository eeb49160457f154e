"""The package's own data: comma-separated files in `data/`, read once."""

import csv
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "data"


@cache
def rows(name):
    """Rows of `data/NAME.csv` as dicts, every value a string."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))
