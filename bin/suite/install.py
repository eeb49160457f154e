"""Databases with the suite in them: made, and upgraded when the addons changed."""

import contextlib
import re
import subprocess

from . import configuration, messages, paths, process, sources
from .messages import Problem, say

# the first one becomes the default of whoever has not chosen
LANGUAGES = "en_US,de_DE,fr_FR"


class Installer:
    """Runs Odoo on a database until what was asked is done, then stops it."""

    def __init__(self, odoo, server, conf, databases):
        self.environ = configuration.for_trying(
            configuration.environment(
                odoo, server, conf, workers=0, max_cron_threads=0, unaccent=True
            )
        )
        self.databases = databases

    def make(self, name, addons, demo, languages=LANGUAGES):
        """Install the addons in a new database; it gets its name when it is whole."""
        building = f"{name}-building"
        self.databases.drop(building)
        options = [f"--load-language={languages}"] if languages else []
        options += ["--with-demo"] if demo else ["--without-demo"]
        try:
            self.odoo(building, "-i", ",".join(addons), *options, log_name=name)
            self.check_installed(building, addons, name)
            self.databases.set_note(building, sources.note(demo))
            self.databases.rename(building, name)
        except BaseException:
            # also when there is no PostgreSQL any more to drop it in
            with contextlib.suppress(Problem):
                self.databases.drop(building)
            raise

    def update(self, name):
        """Upgrade the addons whose sources changed and install those that are new."""
        note = self.databases.note(name)
        known, now = note.get("addons", {}), sources.fingerprints()
        changed = [
            addon for addon in now if addon in known and known[addon] != now[addon]
        ]
        new = [addon for addon in now if addon not in known]
        if not changed and not new:
            return
        say(f"Upgrading {', '.join(changed + new)} in {name} ...")
        options = ["-u", ",".join(changed)] if changed else []
        options += ["-i", ",".join(new)] if new else []
        self.odoo(name, *options)
        self.check_installed(name, changed + new, name)
        self.databases.set_note(name, note | {"addons": now})

    def odoo(self, database, *options, log_name=None):
        """One run of Odoo; :return: what it logged"""
        log = log_file(log_name or database)
        argv = [str(paths.PYTHON), str(paths.LAUNCHER), "--database", database]
        argv += [*options, "--stop-after-init", "--no-http", "--logfile", ""]
        with log.open("w") as output:
            child = subprocess.Popen(
                argv,
                env=self.environ,
                cwd=paths.ROOT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=process.die_with_parent,
            )
            try:
                code = child.wait()
            finally:
                process.stop(child, patience=5)
        text = log.read_text(errors="replace")
        # Odoo only warns when demo data fails, and the demo logins would not work.
        if code or "demo data failed to install" in text:
            raise Problem(reason(text, "installing the suite", log))
        return text

    def check_installed(self, database, addons, log_name):
        """Odoo only warns of an addon that it cannot find or install."""
        rows = self.databases.query(
            "SELECT name FROM ir_module_module WHERE state = 'installed'",
            database=database,
        )
        missing = sorted(set(addons).difference(name for (name,) in rows))
        if missing:
            raise Problem(
                f"{', '.join(missing)} could not be installed; the reason is in "
                f"{paths.short(log_file(log_name))}."
            )


def log_file(name):
    paths.LOGS.mkdir(parents=True, exist_ok=True)
    return paths.LOGS / f"{name}.log"


def reason(text, doing, log):
    """One sentence for a log that ends badly."""
    if messages.DISK_FULL.search(text):
        return messages.disk_full()
    telling = re.findall(r"(?m)^(?:[\w.]*(?:Error|Exception|Warning)): .+$", text)
    telling += re.findall(r"(?m)^\S+ \S+ \d+ (?:ERROR|CRITICAL) \S+ (\S+: .+)$", text)[
        :1
    ]
    cause = telling[-1] if not telling else telling[0]
    return f"{doing} failed ({cause[:300]}); all of it is in {paths.short(log)}."
