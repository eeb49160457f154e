"""Fixtures for tests of the whole suite, from outside, in a real server process.

``bin/test tests/test_x.py`` runs them with all they need; with that set up,
``.venv/bin/pytest -p no:odoo tests`` does the same.

    def test_mail(server, browser):
        server.feed_mail(b"From: ...")
        rows = server.rpc("admin").call("legal.communication", "search_read", [[]])
        tab = browser.open(server.url, "admin", width=390)
        tab.goto("/odoo/matters")
        assert not tab.errors
"""

import contextlib
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "bin")]

from suite import chromium, configuration, install, odoo_home, postgres  # noqa: E402
from suite.database import Databases  # noqa: E402
from suite.templates import Templates  # noqa: E402
from support.calls import Calls  # noqa: E402
from support.server import ServerProcess  # noqa: E402


@pytest.fixture(scope="session")
def platform():
    """PostgreSQL and the templates, while the tests run."""
    odoo, conf = odoo_home.find(), configuration.read()
    with postgres.running(conf) as server:
        databases = Databases(server, conf)
        installer = install.Installer(odoo, server, conf, databases)
        templates = Templates(odoo, databases, installer)
        templates.sweep()
        yield templates
        templates.sweep()


@pytest.fixture(scope="session")
def make_server(platform):
    """Start a server of your own: ``make_server("crash", workers=2, crons=1)``.

    Each label has a fresh copy of the demo firm, dropped at the end.
    """
    with contextlib.ExitStack() as stack:

        def make(label, workers=0, crons=0):
            database = platform.copy(platform.suite(), f"_{label}")
            stack.callback(platform.databases.drop, database)
            process = ServerProcess(platform.databases, database, workers, crons)
            return stack.enter_context(process)

        yield make


@pytest.fixture(scope="session")
def server(make_server):
    """The server that all tests share; it holds the demo firm."""
    return make_server("shared")


@pytest.fixture(scope="session")
def calls(server):
    """For thousands of calls: ``calls.rpc(login)`` answers as ``server.rpc(login)``."""
    with Calls(server) as process:
        yield process


@pytest.fixture(scope="session")
def chromium_process():
    from browser.tab import launched

    assert chromium.find(), "no Chromium: `bin/test --setup` installs it"
    with launched(chromium.find()) as process:
        yield process


@pytest.fixture
def browser(chromium_process):
    """``browser.open(url, login)`` gives a tab; see browser/tab.py."""
    from browser.tab import Tabs

    with contextlib.closing(Tabs(chromium_process)) as tabs:
        yield tabs
