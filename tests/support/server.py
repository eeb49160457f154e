"""A real server process: started, asked, fed with mail, killed, started again."""

import csv
import os
import shutil
import signal
import subprocess
import sys
import xmlrpc.client

from suite import install, paths, process
from suite.mailbox import Mailbox
from suite.serve import await_answer, free_port

from .rpc import Json2, Rpc, api_key, web_session


class ServerProcess:
    """``bin/odoo server`` on one database; its mails go to a folder."""

    def __init__(self, databases, database, workers=0, crons=0):
        self.databases, self.db = databases, database
        self.workers, self.crons = workers, crons
        self.log = install.log_file(database)
        self.mailbox = Mailbox(paths.STATE / "test-mail" / database)
        self.child = None
        self.passwords = dict(demo_logins())

    def __enter__(self):
        self.mailbox.__enter__()
        self.start()
        return self

    def __exit__(self, *error):
        self.stop()
        self.mailbox.__exit__(*error)
        shutil.rmtree(self.mailbox.folder)
        self.log.unlink(missing_ok=True)

    # -- life

    def start(self):
        self.port, self.gevent_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        settings = {
            "http_interface": "127.0.0.1",
            "http_port": self.port,
            "gevent_port": self.gevent_port,
            "workers": self.workers,
            "max_cron_threads": self.crons,
            "proxy_mode": False,
            "dbfilter": f"^{self.db}$",
            "logfile": self.log,
            "smtp_server": "127.0.0.1",
            "smtp_port": self.mailbox.port,
        }
        self.environ = environ = os.environ | {
            f"ODOO_{name.upper()}": str(value) for name, value in settings.items()
        }
        # copies of one template have one identity: each needs lists of its own
        environ["LEGAL_EMERGENCY_FOLDER"] = str(self.mailbox.folder / "emergency")
        environ["LEGAL_ERASURE_FILE"] = str(self.mailbox.folder / "erasure.jsonl")
        command = [sys.executable, str(paths.ROOT / "bin" / "odoo")]
        self.child = subprocess.Popen(
            [*command, "server", "--database", self.db],
            env=environ,
            cwd=paths.ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=process.die_with_parent,
        )
        await_answer(self.port, self.child, self.log)

    def stop(self):
        process.stop(self.child)

    def kill9(self):
        """As if the power failed: no chance to finish anything."""
        os.killpg(self.child.pid, signal.SIGKILL)
        self.child.wait()

    def restart(self):
        self.stop()
        self.start()

    # -- ways in

    def rpc(self, login, password=None):
        return Rpc(self.url, self.db, login, password or self.password(login))

    def json2(self, login):
        key, key_hash = api_key()
        self.psql(
            "INSERT INTO res_users_apikeys (name, user_id, index, key) "
            "SELECT 'test', id, %s, %s FROM res_users WHERE login = %s",
            key[:8],
            key_hash,
            login,
        )
        return Json2(self.url, self.db, key)

    def web(self, login, password=None):
        """A requests.Session that is signed in."""
        return web_session(self.url, login, password or self.password(login))

    def password(self, login):
        return self.passwords.get(login, login)

    def feed_mail(self, raw, model=False, login="admin"):
        """Hand a mail over as Odoo's mail gateway script does; :return: the record's id

        :param bytes raw: the mail as it came over the wire
        """
        # as the script does, which is told the user's number and does not sign in
        ((uid,),) = self.psql("SELECT id FROM res_users WHERE login = %s", login)
        proxy = xmlrpc.client.ServerProxy(
            f"{self.url}/xmlrpc/2/object", allow_none=True
        )
        return proxy.execute_kw(
            self.db,
            uid,
            self.password(login),
            "mail.thread",
            "message_process",
            [model, xmlrpc.client.Binary(raw)],
            {},
        )

    def psql(self, sql, *values):
        """Rows straight from the database; each statement is committed."""
        return self.databases.query(sql, *values, database=self.db)

    def sent(self):
        """The mails that left the server, oldest first, as bytes."""
        return [path.read_bytes() for path in sorted(self.mailbox.folder.glob("*.eml"))]


def demo_logins():
    """(login, password) of the demo firm's people."""
    yield "admin", "admin"
    for path in sorted(paths.ADDONS.glob("*/demo/logins.csv")):
        with path.open(newline="") as rows:
            for row in csv.DictReader(rows):
                yield row["login"], row["password"]
