"""odoo.conf and what the commands add to it for the checkout.

What odoo.conf or the caller's environment sets is left alone; what they do not set
is given to Odoo by environment variables, which work for all its sub-commands.
"""

import configparser
import os
from pathlib import Path

from . import paths, postgres, venv
from .messages import Problem


def read(path=None):
    """The options of a configuration file, without those that say nothing."""
    path = Path(path or os.environ.get("ODOO_RC") or paths.CONF)
    parser = configparser.RawConfigParser()
    try:
        if not parser.read(path):
            raise Problem(f"the configuration file {path} is not there.")
    except configparser.Error as error:
        reason = str(error).replace("\n", " ")
        raise Problem(f"{path} is not a configuration file: {reason}.") from error
    options = dict(parser["options"]) if parser.has_section("options") else {}
    return {k: v for k, v in options.items() if v not in ("", "False", "None")}


def environment(odoo, server, conf, conf_path=None, **more):
    """The environment for Odoo's processes.

    :param more: options of Odoo that are to win over odoo.conf
    """
    environ = {k: v for k, v in os.environ.items() if k != "PGDATABASE"}
    # compiled files are what makes the second start quick
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    addons = [paths.ADDONS, *odoo.addons_path]
    if "addons_path" in conf:
        addons.insert(0, conf["addons_path"])
    environ |= {
        "ODOO_RC": str(conf_path or os.environ.get("ODOO_RC") or paths.CONF),
        "ODOO_ADDONS_PATH": ",".join(map(str, addons)),
        "ODOO_DATA_DIR": data_dir(conf),
        "PATH": venv.path(),
        "PYTHONUNBUFFERED": "1",
    }
    if odoo.given:
        environ["PYTHONPATH"] = str(odoo.python_path)
    environ |= server.environment()
    programs = postgres.programs(server)
    if programs and "pg_path" not in conf:
        environ.setdefault("PGPATH", str(programs))
    environ |= {f"ODOO_{name.upper()}": str(value) for name, value in more.items()}
    return environ


def for_trying(environ):
    """The same environment for a firm that is only tried or tested.

    Its emergency list does not go to where people look for that of the real firm, which
    odoo.conf may name.
    """
    folder = Path(environ["ODOO_DATA_DIR"], "legal", "emergency")
    return {"LEGAL_EMERGENCY_FOLDER": str(folder), **environ}


def data_dir(conf):
    """Where the file store lies."""
    return os.environ.get("ODOO_DATA_DIR") or conf.get("data_dir") or str(paths.DATA)
