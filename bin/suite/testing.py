"""bin/test: all tests of the suite, with everything they need.

WHAT picks some: an addon (legal_crm), a test as Odoo names it
(legal_crm:TestMatter.test_number), a file (tests/test_platform.py), or part of a name.
"""

import argparse
import collections
import concurrent.futures
import contextlib
import os
import re
import signal
import subprocess
import tempfile
import threading
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from . import (
    bootstrap,
    chromium,
    configuration,
    install,
    odoo_log,
    paths,
    postgres,
    process,
    venv,
)
from .database import Databases
from .messages import Problem, Stopped, say
from .selection import Selection
from .serve import free_port
from .templates import Complaints, Templates

MOST_LINES = 60  # of the log of one failed test


class Tally:
    """Counts over all parts, and what to show of those that failed."""

    def __init__(self):
        self.passed, self.failures = 0, []

    def add(self, title, passed, failures, seconds):
        self.passed += passed
        self.failures += failures
        say(f"{title}: {passed} passed, {len(failures)} failed ({seconds:.0f} s)")

    def close(self):
        """The last words: what failed, why, and the line that counts."""
        failed = len(self.failures)
        if not self.passed and not failed:
            self.failures.append(("no test", "Not one test was run."))
            failed = 1
        for name, log in self.failures:
            lines = log.splitlines()
            if len(lines) > MOST_LINES:
                lines[MOST_LINES // 2 : -MOST_LINES // 2] = ["    [...]"]
            say(f"\n---- {name}\n" + "\n".join(lines))
        if failed:
            say("\nFailed:\n" + "\n".join(f"  {name}" for name, _log in self.failures))
        say(f"{self.passed} passed, {failed} failed")
        return 1 if failed else 0


class Parser(argparse.ArgumentParser):
    def error(self, message):
        self.exit(2, f"bin/test: {message} (see bin/test --help).\n")


def parse(arguments=None):
    parser = Parser(
        prog="bin/test",
        description=__doc__,
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("what", nargs="*", metavar="WHAT")
    parser.add_argument(
        "--fast", action="store_true", help="without the tests of the running server"
    )
    parser.add_argument(
        "--setup", action="store_true", help="set up what the tests need, run none"
    )
    return parser.parse_args(arguments)


def main():
    options = parse()
    signal.signal(signal.SIGTERM, _stop)
    odoo = bootstrap.prepare(venv.RUN, venv.DEVELOP)
    chromium.ensure()
    if options.setup:
        return 0
    selection = Selection(options.what)
    if options.fast:
        selection.suite, selection.install = [], False
    conf = configuration.read()
    tally = Tally()
    with postgres.running(conf) as server:
        databases = Databases(server, conf)
        installer = install.Installer(odoo, server, conf, databases)
        templates = Templates(odoo, databases, installer)
        with Runner(tally, selection, installer, templates) as runner:
            runner.run()
    return tally.close()


def _stop(_number, _frame):
    raise Stopped


class Runner:
    """The three parts; what runs in Odoo and what runs beside it share the cores.

    What runs outside, in servers of its own, takes longest: a file at a time, and by
    both when the tests inside Odoo are through.
    """

    def __init__(self, tally, selection, installer, templates):
        self.tally, self.selection = tally, selection
        self.installer, self.templates = installer, templates
        self.children = []
        # Files that wait for one of two runs; the long ones first, so that none of
        # them is left for the end.
        self.waiting = collections.deque(selection.suite)
        self.installed = threading.Event()

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        for child in self.children:
            process.stop(child, patience=10)
        self.templates.sweep()

    def run(self):
        outside = self.selection.suite or self.selection.install
        if not self.selection.tags and not outside:
            return self._pure()
        self.templates.sweep()
        self.templates.core()
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            jobs = [pool.submit(self._inside)]
            if outside:
                jobs.append(pool.submit(self._guard, self._install, "installing"))
            try:
                for job in jobs:
                    job.result()
            except BaseException:
                self.waiting.clear()
                for child in self.children:
                    process.stop(child, patience=5)
                raise

    def _pure(self):
        for target in self.selection.pure:
            self._guard(self._pytest, f"pure, {paths.short(target[0])}", target)

    def _inside(self):
        if self.selection.tags:
            self._guard(self._odoo, "inside Odoo")
        self._pure()
        if self.waiting:
            self.installed.wait()
            self._outside()

    def _guard(self, part, title, *arguments):
        """A part that cannot run is a failure of the tests, not of the others."""
        start = time.monotonic()
        try:
            part(title, *arguments)
        except Problem as problem:
            failure = (title, str(problem))
            self.tally.add(title, 0, [failure], time.monotonic() - start)

    def _install(self, title):
        """The suite as a whole, in servers of its own, from outside."""
        start = time.monotonic()
        try:
            self.templates.suite()
            self.tally.add(title, 0, [], time.monotonic() - start)
        except BaseException as error:
            self.waiting.clear()  # nothing to test
            if isinstance(error, Complaints):
                raise Problem(f"Installing is not silent:\n{error}") from error
            raise
        finally:
            self.installed.set()
        self._outside()

    def _outside(self):
        """Until no file is left; the other run takes files as well."""
        while target := self._next():
            self._guard(self._pytest, f"whole suite, {Path(target[0]).name}", target)

    def _next(self):
        with contextlib.suppress(IndexError):  # the other run took the last one
            return self.waiting.popleft()

    def _pytest(self, title, target):
        start = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            report = Path(folder, "report.xml")
            argv = [paths.PYTHON, "-m", "pytest", "-p", "no:odoo", "-q", "-rN"]
            argv += ["-p", "no:cacheprovider", "--no-header", "--tb=short"]
            argv += ["--durations=25", "--durations-min=5"]
            # from its folder on, so that no __init__ of an addon is imported
            folder_of_tests = Path(target[0].split("::")[0])
            if folder_of_tests.is_file():
                folder_of_tests = folder_of_tests.parent
            inside = folder_of_tests.resolve().is_relative_to(paths.ADDONS)
            top = paths.ADDONS if inside else folder_of_tests
            argv += [f"--rootdir={folder_of_tests}", f"--confcutdir={top}"]
            argv += [f"--junitxml={report}", *target]
            environ = {**os.environ, "PATH": venv.path()}
            log = install.log_file("pytest-" + re.sub(r"\W+", "-", title))
            code = self._child(argv, environ, log)
            passed, failures = read_report(report)
        output = log.read_text(errors="replace")
        if code not in (0, 5) and not failures:
            failures = [(title, output)]
        self.tally.add(title, passed, failures, time.monotonic() - start)

    def _odoo(self, title):
        """The addons' own tests, while and after they are installed."""
        start = time.monotonic()
        name = self.templates.copy(self.templates.core())
        log = install.log_file("test")
        addons = ",".join(paths.suite_addons())
        argv = [paths.PYTHON, paths.LAUNCHER, "--database", name, "-i", addons]
        argv += ["--test-tags", ",".join(self.selection.tags), "--stop-after-init"]
        argv += ["--http-port", free_port(), "--http-interface", "127.0.0.1"]
        argv += ["--logfile", "", "--log-level", "info"]
        argv += ["--screenshots", paths.STATE / "screenshots"]
        erasures = paths.LOGS / f"erasures-{name}.jsonl"  # a copy has its own list
        environ = {**self.installer.environ, "LEGAL_ERASURE_FILE": str(erasures)}
        try:
            code = self._child(argv, environ, log)
        finally:
            self.templates.databases.drop(name)
            erasures.unlink(missing_ok=True)
        text = log.read_text(errors="replace")
        run = odoo_log.TestRun(text)
        failures = [(name, "\n".join(logs)) for name, logs in run.failed.items()]
        failures += [(f"{name} (skipped)", why) for name, why in run.skipped.items()]
        failures += [("an error in the log", error) for error in run.errors]
        if not run.finished or (code and not failures):
            what = install.reason(text, "the run", log)
            failures.append(("Odoo's tests did not end well", what))
        self.tally.add(title, run.passed, failures, time.monotonic() - start)

    def _child(self, argv, environ, log):
        with log.open("w") as output:
            child = subprocess.Popen(
                [str(part) for part in argv],
                env=environ,
                cwd=paths.ROOT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
            self.children.append(child)
            return child.wait()


def read_report(path):
    """(passed, failures) of a run of pytest; a skipped test has not passed."""
    passed, failures = 0, []
    if not path.exists():
        return passed, failures
    for case in ElementTree.parse(path).iter("testcase"):
        name = f"{case.get('classname')}::{case.get('name')}"
        bad = [part for part in case if part.tag in ("failure", "error", "skipped")]
        if bad:
            text = "\n".join(part.text or part.get("message") or "" for part in bad)
            failures.append((f"{name} ({bad[0].tag})", text))
        else:
            passed += 1
    return passed, failures
