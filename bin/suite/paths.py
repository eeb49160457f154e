"""Where things lie: the checkout, what is set up inside it, the user's cache."""

import ast
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ADDONS = ROOT / "addons"
CONF = ROOT / "odoo.conf"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LAUNCHER = ROOT / "bin" / "launch" / "odoo"

STATE = ROOT / ".odoo"
CLUSTER = STATE / "pg"  # the PostgreSQL of this checkout
SOCKET = STATE / "run"
DATA = STATE / "data"  # Odoo's data_dir: file store and sessions
LOGS = STATE / "log"
LOCKS = STATE / "lock"
SETUP_LOG = LOGS / "setup.log"
SETUP_LOG_NAME = ".odoo/log/setup.log"


def cache():
    """The folder of downloads, shared by all checkouts of this user."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "legal-suite"


def short(path):
    """A path as it reads best to somebody who stands in the checkout."""
    try:
        return str(Path(path).relative_to(ROOT))
    except ValueError:
        return str(path)


def suite_addons():
    """Names of the suite's addons, those that are installed by themselves: a bridge to
    another application comes when that is installed."""
    return sorted(
        path.parent.name
        for path in ADDONS.glob("*/__manifest__.py")
        if not ast.literal_eval(path.read_text()).get("auto_install")
    )
