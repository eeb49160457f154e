"""Thousands of calls: by the server's own dispatcher, in a process beside it.

A call over HTTP costs several times what the method costs: a connection, a thread, a
list of databases, and the slow hash of a password after whatever cleared a cache.
"""

import json
import socket
import subprocess
import sys

from suite import paths, process

from .inside import FOLDER
from .rpc import Rpc, RpcError

_START = f"""
import socket, sys
sys.path.insert(0, {str(FOLDER)!r})
import calls
env.cr.rollback()
calls.serve(socket.create_connection(("127.0.0.1", %d)))
"""


class Calls:
    """A second process on the database of a server; each transaction is its own.

    ``calls.rpc("lawyer").call("res.partner", "read", [[1], ["name"]])`` is the same as
    with ``server.rpc``, to the letter of a refusal; see ``tests/inside/calls.py``.
    """

    def __init__(self, server):
        self.server = server

    def __enter__(self):
        command = [sys.executable, str(paths.ROOT / "bin" / "odoo"), "shell"]
        with socket.create_server(("127.0.0.1", 0)) as door:
            door.settimeout(300)
            self.child = subprocess.Popen(
                [*command, "--database", self.server.db, "--no-http"],
                env=self.server.environ,
                cwd=paths.ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                preexec_fn=process.die_with_parent,
                text=True,
            )
            self.child.stdin.write(_START % door.getsockname()[1])
            self.child.stdin.close()
            self.connection, _address = door.accept()
        self.connection.settimeout(300)
        self.lines = self.connection.makefile("rw", encoding="utf-8")
        return self

    def __exit__(self, *error):
        self.lines.close()
        self.connection.close()
        process.stop(self.child)

    def ask(self, service, method, *args):
        self.lines.write(json.dumps([service, method, args]) + "\n")
        self.lines.flush()
        line = self.lines.readline()
        assert line, f"the process is gone; see {self.server.log}"
        answer = json.loads(line)
        if "error" in answer:
            raise RpcError(answer["error"])
        return answer["result"]

    def rpc(self, login, password=None):
        return _Rpc(self, login, password or self.server.password(login))


class _Rpc(Rpc):
    def __init__(self, calls, login, password):
        self._post = calls.ask
        super().__init__(calls.server.url, calls.server.db, login, password)
