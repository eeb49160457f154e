"""bin/serve: the suite on this machine, with a demo firm to try it on."""

import argparse
import contextlib
import csv
import errno
import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

from . import bootstrap, configuration, install, paths, postgres, process, venv
from .database import Databases
from .locks import Claim
from .mailbox import Mailbox
from .messages import Problem, Stopped, say

DEMO, EMPTY = "legal_demo", "legal"
PATIENCE = 120  # seconds for a server to answer


class Parser(argparse.ArgumentParser):
    def error(self, message):
        self.exit(2, f"bin/serve: {message} (see bin/serve --help).\n")


def parse(arguments=None):
    parser = Parser(prog="bin/serve", description=__doc__, allow_abbrev=False)
    add = parser.add_argument
    add("--port", type=int, default=8069, help="where to listen (default 8069)")
    add(
        "--interface",
        default="127.0.0.1",
        metavar="ADDRESS",
        help="0.0.0.0 lets other devices in, a phone say (default: this machine only)",
    )
    add("--database", metavar="NAME", help=f"default {DEMO}, or {EMPTY} with --empty")
    add("--empty", action="store_true", help="a database without the demo firm")
    add("--fresh", action="store_true", help="drop the database first and make it anew")
    add(
        "--workers",
        type=int,
        default=0,
        metavar="N",
        help="processes that answer; 0 means one with threads (default)",
    )
    add(
        "--stop",
        action="store_true",
        help="stop what bin/serve started from this checkout, or one --database of it",
    )
    options = parser.parse_args(arguments)
    if not 0 < options.port < 65536:
        parser.error(f"argument --port: {options.port} is not a port (1 to 65535)")
    if options.workers < 0:
        parser.error("argument --workers: it cannot be below 0")
    return options


def main():
    options = parse()
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGHUP, _stop)
    if options.stop:
        return stop(options.database)
    name = options.database or (EMPTY if options.empty else DEMO)
    claim = Claim(_claim_file(name))
    if not claim.take():
        raise Problem(
            f"{name} is already being served{_where(claim)}; "
            f"end that with `bin/serve --stop --database {name}`."
        )
    check_port(options.interface, options.port)
    odoo = bootstrap.prepare(venv.RUN)
    conf = configuration.read()
    with postgres.running(conf) as server:
        databases = Databases(server, conf)
        installer = install.Installer(odoo, server, conf, databases)
        provide(name, options, databases, installer)
        with Mailbox(paths.STATE / "mail") as mailbox:
            environ = configuration.environment(
                odoo, server, conf, **_settings(options, name, mailbox)
            )
            serve(name, options, configuration.for_trying(environ), claim)


def _stop(_number, _frame):
    raise Stopped


def _claim_file(name):
    return paths.LOCKS / f"serve-{name}"


def _where(claim):
    try:
        return f" at {json.loads(claim.note())['url']}"
    except (ValueError, KeyError, TypeError):
        return ""


def stop(database):
    """End running servers of this checkout, and wait until they have."""
    pattern = f"serve-{database}" if database else "serve-*"
    stopped = []
    for path in sorted(paths.LOCKS.glob(pattern)):
        claim = Claim(path)
        if claim.take():
            claim.release()
            continue
        note = claim.note()
        pid = json.loads(note)["pid"] if note.startswith("{") else int(note or 0)
        if not pid:
            continue
        os.kill(pid, signal.SIGTERM)
        for _ in range(450):
            if claim.take():
                break
            time.sleep(0.1)
        else:
            raise Problem(f"process {pid} does not stop: end it with `kill -9 {pid}`.")
        claim.release()
        stopped.append(path.name.removeprefix("serve-"))
    say(f"Stopped {', '.join(stopped)}." if stopped else "Nothing is being served.")


def check_port(interface, port):
    """Before anything is fetched or built."""
    try:
        family, *_, address = socket.getaddrinfo(
            interface, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror as error:
        raise Problem(f"{interface} is not an address of this machine.") from error
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise Problem(
                    f"port {port} is taken by another program: choose another one with "
                    f"--port, as in `bin/serve --port {port + 1}`."
                ) from error
            if error.errno == errno.EACCES:
                raise Problem(
                    f"port {port} is for root only: take one above 1023."
                ) from error
            raise Problem(f"{interface} is not an address of this machine.") from error


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def provide(name, options, databases, installer):
    """A database of this name with the suite as it is now."""
    if not paths.suite_addons():
        raise Problem("there is nothing to serve: addons/ holds no addon.")
    exists = databases.exists(name)
    if exists and not databases.is_of_suite(name):
        raise Problem(
            f"the database {name} is there and is not one of this suite: choose "
            "another name with --database."
        )
    if exists and options.fresh:
        say(f"Dropping {name} ...")
        databases.drop(name)
        exists = False
    if exists:
        return installer.update(name)
    process.need_space(paths.STATE, 500, "a database")
    firm = "an empty firm" if options.empty else "the demo firm"
    say(f"Making the database {name} with {firm} (a few minutes, once) ...")
    installer.make(name, paths.suite_addons(), demo=not options.empty)


def _settings(options, name, mailbox):
    """What is the command's own, whatever odoo.conf says for production."""
    return {
        "http_interface": options.interface,
        "http_port": options.port,
        "gevent_port": free_port(),
        "workers": options.workers,
        "max_cron_threads": 1,
        "proxy_mode": False,
        "list_db": False,
        "dbfilter": f"^{name}$",
        "logfile": install.log_file(f"serve-{name}"),
        "smtp_server": "127.0.0.1",
        "smtp_port": mailbox.port,
        "smtp_ssl": False,
        "x_sendfile": False,
    }


def serve(name, options, environ, claim):
    """Run the server until somebody ends it."""
    log = install.log_file(f"serve-{name}")
    log.write_text("")
    child = subprocess.Popen(
        [str(paths.PYTHON), str(paths.LAUNCHER), "server", "--database", name],
        env=environ,
        cwd=paths.ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=process.die_with_parent,
    )
    try:
        await_answer(options.port, child, log)
        host = "localhost" if options.interface == "127.0.0.1" else options.interface
        url = f"http://{host}:{options.port}"
        claim.write(json.dumps({"pid": os.getpid(), "url": url}))
        say(
            f"Ready: {url} | sign in as {logins(options.empty)} | stop: Ctrl-C or "
            f"bin/serve --stop | log: {paths.short(log)}"
        )
        if child.wait():
            text = log.read_text(errors="replace")
            raise Problem(install.reason(text, "serving", log))
    except KeyboardInterrupt:
        say("Stopping ...")
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        process.stop(child)


def await_answer(port, child, log):
    """Return when the server answers that it is well."""
    local = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if child.poll() is not None:
            text = log.read_text(errors="replace")
            raise Problem(install.reason(text, "starting the server", log))
        with contextlib.suppress(OSError, urllib.error.URLError):
            with local.open(f"http://127.0.0.1:{port}/web/health", timeout=5) as answer:
                if answer.status == 200:
                    return
        time.sleep(0.2)
    raise Problem(
        f"the server does not answer after {PATIENCE} s; see {paths.short(log)}."
    )


def logins(empty):
    """The demo users as the addons name them: role, login, password."""
    people = []
    if not empty:
        for path in sorted(paths.ADDONS.glob("*/demo/logins.csv")):
            with path.open(newline="") as rows:
                people += [
                    f"{row['login']}/{row['password']} ({row['role']})"
                    for row in csv.DictReader(rows)
                ]
    return ", ".join(people) or "admin/admin"
