"""bin/bench: what the suite costs, beside a peer, in tables for benchmarks/README.md.

WHAT is deadlines, reminders, recalculation, agenda, gateway, matters, access, ledger,
subject, export, retention or all. Databases of each size are kept (legal_bench_...), so
that only the first run takes minutes to fill them; --drop removes them. deadlines needs
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
EXPORT = f"{PREFIX}export_"  # with the findings of a request
EMPTY = f"{PREFIX}empty"
STEPS = (10_000, 100_000, 1_000_000)


#: of each benchmark: its databases, the sizes, communications to a matter
PLAN = {
    "gateway": (PREFIX, "ladder", 1),
    "ledger": (PREFIX, "first", 1),
    "reminders": (REMINDERS, "ladder", 1),
    "recalculation": (RECALCULATION, "second", 1),
    "matters": (PREFIX, "top", 1),
    "access": (ACCESS, "top", 3),
    "agenda": (AGENDA, "top", 0),
    "subject": (SUBJECT, "ladder", 3),
    "export": (EXPORT, "first", 1),
    "retention": (PREFIX, "ladder", 1),
}

#: these go through the sizes by themselves
OWN_SIZES = ("gateway", "ledger")


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
            "export",
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
        for name in PLAN if options.what == "all" else [options.what]:
            run(name, options, databases, installer)
    return 0


def run(name, options, databases, installer):
    """Fill the databases that a benchmark needs, and measure in each."""
    ladder = [*(step for step in STEPS if step < options.size), options.size]
    prefix, which, times = PLAN[name]
    sizes = {
        "ladder": ladder,
        "top": [options.size],
        "first": STEPS[:1],
        "second": [min(options.size, STEPS[1])],
    }[which]
    for size in sizes:
        ensure(databases, installer, size, prefix, times)
        if name not in OWN_SIZES:
            measure(installer.environ, name, options, prefix, size)
    if name in OWN_SIZES:
        measure(installer.environ, name, options)


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
