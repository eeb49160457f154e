"""bin/bench: what the suite costs, beside a peer, in tables for benchmarks/README.md.

WHAT is deadlines, reminders, recalculation, agenda, gateway, matters, access, ledger,
subject, retention or all. Databases of each size are kept (legal_bench_...), so that
only the first run takes minutes to fill them; --drop removes them. deadlines needs
none.
"""

import argparse
import os
import subprocess

from suite import bootstrap, configuration, install, paths, postgres, process, venv
from suite.database import Databases
from suite.messages import Problem, say

PREFIX = "legal_bench_"
ACCESS = f"{PREFIX}access_"  # with more communications
AGENDA = f"{PREFIX}agenda_"  # with deadlines
REMINDERS = f"{PREFIX}reminders_"  # with as many open deadlines
RECALCULATION = f"{PREFIX}recalculation_"  # with deadlines computed by rules
SUBJECT = f"{PREFIX}subject_"  # with as many contacts
EMPTY = f"{PREFIX}empty"
STEPS = (10_000, 100_000, 1_000_000)


def parse(arguments=None):
    parser = argparse.ArgumentParser(
        prog="bin/bench",
        description=__doc__,
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "what",
        nargs="?",
        default="all",
        choices=(
            "deadlines",
            "agenda",
            "reminders",
            "recalculation",
            "gateway",
            "matters",
            "access",
            "ledger",
            "subject",
            "retention",
            "all",
        ),
    )
    parser.add_argument(
        "--size",
        type=int,
        default=1_000_000,
        help="matters, and as many communications (three times as many for access); "
        "for agenda: deadlines; for subject: contacts, and three times as many mails",
    )
    parser.add_argument("--rounds", type=int, default=0, help="more for less noise")
    parser.add_argument("--drop", action="store_true", help="drop the databases")
    return parser.parse_args(arguments)


def main():
    options = parse()
    odoo = bootstrap.prepare(venv.RUN)
    if options.what in ("deadlines", "all") and not options.drop:
        measure(dict(os.environ), "deadlines", options)  # needs no database
    if options.what == "deadlines" and not options.drop:
        return 0
    conf = configuration.read()
    with postgres.running(conf) as server:
        databases = Databases(server, conf)
        if options.drop:
            for name in databases.names(PREFIX):
                databases.drop(name)
            return 0
        installer = install.Installer(odoo, server, conf, databases)
        if options.what in ("gateway", "all"):
            ladder = [size for size in STEPS if size < options.size]
            for size in [*ladder, options.size]:
                ensure(databases, installer, size)
            measure(installer.environ, "gateway", options)
        if options.what in ("ledger", "all"):
            ensure(databases, installer, STEPS[0])
            measure(installer.environ, "ledger", options)
        if options.what in ("reminders", "all"):
            for size in [*(s for s in STEPS if s < options.size), options.size]:
                ensure(databases, installer, size, REMINDERS)
                measure(installer.environ, "reminders", options, REMINDERS, size)
        if options.what in ("recalculation", "all"):
            size = min(options.size, STEPS[1])
            ensure(databases, installer, size, RECALCULATION)
            measure(installer.environ, "recalculation", options, RECALCULATION, size)
        if options.what in ("matters", "all"):
            ensure(databases, installer, options.size)
            measure(installer.environ, "matters", options)
        if options.what in ("access", "all"):
            ensure(databases, installer, options.size, ACCESS, 3)
            measure(installer.environ, "access", options, ACCESS)
        if options.what in ("agenda", "all"):
            ensure(databases, installer, options.size, AGENDA, 0)
            measure(installer.environ, "agenda", options, AGENDA)
        by_steps(databases, installer, options)
    return 0


def by_steps(databases, installer, options):
    for what, prefix, times in (("subject", SUBJECT, 3), ("retention", PREFIX, 1)):
        if options.what in (what, "all"):
            for size in [*(s for s in STEPS if s < options.size), options.size]:
                ensure(databases, installer, size, prefix, times)
                measure(installer.environ, what, options, prefix, size)


def ensure(databases, installer, size, prefix=PREFIX, times=1):
    """A database with the suite as it is now; the benchmark itself fills it.

    :param times: how many communications there will be to a matter
    """
    need = 100 + (2 + 2 * times) * size // 1000
    process.need_space(paths.ROOT, need, f"{size:,} matters")
    name = f"{prefix}{size}"
    if not databases.exists(name):
        if not databases.exists(EMPTY):
            say("Installing the suite ...")
            installer.make(EMPTY, paths.suite_addons(), demo=False)
        installer.update(EMPTY)
        databases.copy(EMPTY, name)
    installer.update(name)


def measure(environ, name, options, prefix=PREFIX, size=None):
    say(f"Measuring: {name} ...")
    environ = dict(environ)
    environ["PYTHONPATH"] = os.pathsep.join(
        filter(None, [str(paths.ROOT), environ.get("PYTHONPATH")])
    )
    argv = [str(paths.PYTHON), "-m", f"benchmarks.{name}"]
    argv += ["--database", prefix + "{size}", "--size", str(size or options.size)]
    argv += ["--rounds", str(options.rounds)]
    child = subprocess.Popen(
        argv, env=environ, cwd=paths.ROOT, preexec_fn=process.die_with_parent
    )
    try:
        code = child.wait()
    finally:
        process.stop(child, patience=10)
    if code:
        raise Problem(f"the benchmark {name} ended with an error, shown above.")
