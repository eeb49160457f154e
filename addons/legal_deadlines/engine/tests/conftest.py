"""Make `engine` importable without Odoo, as `from engine import compute`."""

import sys
from pathlib import Path

import pytest
from hypothesis import settings

ADDON = Path(__file__).resolve().parents[2]

sys.path.insert(0, str(ADDON))
# the same cases in every run, and no store of found ones
settings.register_profile("suite", database=None, deadline=None, derandomize=True)
settings.load_profile("suite")


def pytest_collection_modifyitems(items):
    # pytest imports the __init__ of every package above a test before it runs; the
    # addon's own one needs Odoo, and these tests must not.
    for package in {node for item in items for node in item.listchain()}:
        if isinstance(package, pytest.Package) and package.path in (
            ADDON,
            ADDON / "engine",
        ):
            package.setup = lambda: None
