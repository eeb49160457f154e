"""Make the parts of an addon that need no Odoo importable: `from tools import names`.

For the tests in `tools/tests` and `engine/tests`, one folder in each run: two addons
have a package of the same name.
"""

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent


def pytest_configure(config):
    for argument in config.args:
        path = Path(argument.split("::")[0]).resolve()
        if path.is_relative_to(HERE) and path != HERE:
            sys.path.insert(0, str(HERE / path.relative_to(HERE).parts[0]))


def pytest_collection_modifyitems(items):
    # pytest imports the __init__ of every package above a test before it runs; the
    # addon's own one needs Odoo, and these tests must not.
    for package in {node for item in items for node in item.listchain()}:
        if isinstance(package, pytest.Package) and package.path.is_relative_to(HERE):
            package.setup = lambda: None
