"""The set-up that all commands need before they can do anything."""

import os

from . import cache, debian, odoo_home, paths, process, venv

# What each part takes on the disk, in MB, with some room to work.
ODOO, ENVIRONMENT, DATABASES, ROOM = 1800, 700, 700, 100


def prepare(*requirements):
    """Set up what is missing, then go on inside the virtual environment.

    :return: the Odoo to use
    """
    _check_space()
    odoo = odoo_home.find()
    venv.ensure(*requirements, odoo=odoo)
    venv.enter()
    return odoo


def _check_space():
    """Say it before anything is fetched, for all parts together."""
    needs_odoo = not (os.environ.get("ODOO_HOME") or debian.is_there())
    if needs_odoo:
        cache.folder()
    download = ODOO if needs_odoo else ROOM
    checkout = ROOM
    if not paths.PYTHON.exists():
        checkout += ENVIRONMENT
    if not paths.CLUSTER.exists():
        checkout += DATABASES
    cached = process.existing(paths.cache())
    if cached.stat().st_dev == paths.ROOT.stat().st_dev:
        checkout += download
    elif needs_odoo:
        process.need_space(cached, download, "Odoo 19")
    process.need_space(paths.ROOT, checkout, "the suite")
