"""Make `tools` importable without Odoo, as `from tools.names import fold`."""

import sys
from pathlib import Path

import pytest

ADDON = Path(__file__).resolve().parents[2]

sys.path.insert(0, str(ADDON))


def pytest_collection_modifyitems(items):
    # pytest imports the __init__ of every package above a test before it runs; the
    # addon's own one needs Odoo, and these tests must not.
    for package in {node for item in items for node in item.listchain()}:
        if isinstance(package, pytest.Package) and package.path in (
            ADDON,
            ADDON / "tools",
        ):
            package.setup = lambda: None
