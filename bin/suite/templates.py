"""Databases that tests start from: built once, then copied in a second."""

import os
import re

from . import cache, odoo_log, paths, sources
from .install import LANGUAGES
from .locks import exclusive
from .messages import Problem, say

CORE, SUITE, RUN = "legal_tpl_", "legal_ready_", "legal_test_"


class Complaints(Problem):
    """The suite installed, but not in silence."""


class Templates:
    """The templates of one checkout on one server."""

    def __init__(self, odoo, databases, installer):
        self.odoo = odoo
        self.databases = databases
        self.installer = installer

    def core(self):
        """Odoo's addons that the suite needs, with demo data; none of the suite's."""
        addons = sources.core_dependencies()
        release = (self.odoo.home / "odoo" / "release.py").stat().st_mtime_ns
        name = CORE + cache.key_of(self.odoo.home, release, LANGUAGES, *addons)
        with self._building(CORE, name) as missing:
            if missing:
                say("Making a template database of Odoo's own addons ...")
                self.installer.make(name, addons, demo=True)
        return name

    def suite(self):
        """The whole suite with its demo firm, at the present state of the sources."""
        core = self.core()
        name = SUITE + cache.key_of(core, *sources.fingerprints().values())
        with self._building(SUITE, name) as missing:
            if missing:
                say("Installing the suite with the demo firm ...")
                self._install(core, name)
        return name

    def _install(self, core, name):
        addons = paths.suite_addons()
        building = f"{name}-building"
        self.databases.drop(building)
        self.databases.copy(core, building)
        try:
            log = self.installer.odoo(
                building, "-i", ",".join(addons), log_name="install"
            )
            self.installer.check_installed(building, addons, "install")
            found = odoo_log.complaints(log, addons)
            if found:
                raise Complaints("\n".join(found))
            self.databases.set_note(building, sources.note(demo=True))
            self.databases.rename(building, name)
        except BaseException:
            self.databases.drop(building)
            raise

    def _building(self, prefix, name):
        return _Building(self.databases, prefix, name)

    def copy(self, template, label=""):
        """A database to use and drop, named after this process."""
        name = f"{RUN}{os.getpid()}{label}"
        self.databases.drop(name)
        self.databases.copy(template, name)
        return name

    def sweep(self):
        """Drop what tests left behind that were killed."""
        for name in self.databases.names(RUN):
            if _is_stale(name):
                self.databases.drop(name)
        for folder in (paths.LOGS, paths.LOCKS):
            for path in folder.glob(f"*{RUN}*"):
                if _is_stale(path.name):
                    path.unlink(missing_ok=True)


def _is_stale(name):
    """Whether the process is gone that a name was made for."""
    pid = re.search(rf"{RUN}(\d+)", name)
    return bool(pid) and not os.path.exists(f"/proc/{pid[1]}")


class _Building:
    """Holds the lock of a kind of template; afterwards the older ones are dropped."""

    def __init__(self, databases, prefix, name):
        self.databases, self.prefix, self.name = databases, prefix, name
        self.lock = exclusive(paths.LOCKS / prefix.strip("_"))

    def __enter__(self):
        self.lock.__enter__()
        return not self.databases.exists(self.name)

    def __exit__(self, *error):
        try:
            if error[0] is None:
                for other in self.databases.names(self.prefix):
                    if other != self.name:
                        self.databases.drop(other)
        finally:
            self.lock.__exit__(*error)
