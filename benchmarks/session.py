"""Odoo's registry for a benchmark, and how something is timed."""

import argparse
import contextlib
import gc
import statistics
import threading
import time
from typing import NamedTuple


class Timing(NamedTuple):
    """Of all rounds: seconds of the best and the median one, queries of a round."""

    best: float
    median: float
    queries: int


def arguments(description, **more):
    """The options that all benchmarks share.

    :param more: further options as ``name=(type, default, help)``
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument(
        "--database", required=True, help="its name; {size} stands for the size"
    )
    parser.add_argument("--size", type=int, default=1_000_000, help="matters")
    parser.add_argument("--rounds", type=int, default=0, help="0: as many as usual")
    for name, (kind, default, text) in more.items():
        parser.add_argument(f"--{name}", type=kind, default=default, help=text)
    return parser.parse_args()


def registry(database):
    """Load Odoo for this database, configured by the environment (ODOO_RC ...)."""
    from odoo.modules.registry import Registry
    from odoo.tools import config

    config.parse_config(
        ["--database", database, "--no-http", "--log-level", "error"],
        setup_logging=True,
    )
    threading.current_thread().dbname = database
    return Registry(database)


@contextlib.contextmanager
def environment(database_registry, uid=1, **context):
    """A new transaction, as every request of a client gets one."""
    from odoo import api

    with database_registry.cursor() as cr:
        yield api.Environment(cr, uid, context)
        cr.rollback()


def index_texts(database_registry, smallest=1000):
    """Index what a firm of this size has indexed, to find a person (gdpr_index)."""
    with environment(database_registry) as env:
        finder = env["gdpr.finder"]
        env.cr.execute("ANALYZE")
        for table, columns, _rows in finder._to_index(smallest):
            finder._index_texts(table, columns)
            env.cr.commit()


def lawyer_id(database_registry):
    """One of the firm's lawyers, in two hundred."""
    with environment(database_registry) as env:
        return env["res.users"].search([("login", "=", "bench042")]).id


def alternate(database_registry, subjects, rounds, budget=float("inf")):
    """Time each subject once per round, one after the other: A B A B ...

    Whatever else the machine does hits all of them, and the best round of each is
    the one that it hit least. The first round only warms up.

    :param subjects: {name: (uid, function of an environment)}
    :param budget: seconds after which there are no more rounds, but four at least
    :return: {name: Timing}
    """
    seconds = {name: [] for name in subjects}
    queries = {}
    gc.collect()
    gc.disable()
    end = time.monotonic() + budget
    try:
        for turn in range(rounds + 1):
            if turn > 4 and time.monotonic() > end:
                break
            for name, (uid, function) in subjects.items():
                with environment(database_registry, uid, lang="en_US") as env:
                    asked = env.cr.sql_log_count
                    start = time.perf_counter()
                    function(env)
                    if turn:
                        seconds[name].append(time.perf_counter() - start)
                    queries[name] = env.cr.sql_log_count - asked
            gc.collect()
    finally:
        gc.enable()
    return {
        name: Timing(min(values), statistics.median(values), queries[name])
        for name, values in seconds.items()
    }


def milliseconds(seconds):
    """For a table: three digits that mean something."""
    value = seconds * 1000
    return f"{value:.{2 if value < 10 else 1 if value < 100 else 0}f}"


def table(title, head, rows):
    """Print a table in markdown."""
    print(f"\n### {title}\n")
    print(f"| {' | '.join(head)} |")
    print(f"|{'|'.join([' --- '] + [' ---: '] * (len(head) - 1))}|")
    for row in rows:
        print(f"| {' | '.join(map(str, row))} |")
    print(flush=True)
