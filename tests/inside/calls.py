"""Answers calls of other programs without the wire: run inside Odoo, by support.calls.

Each call goes to ``odoo.http.dispatch_rpc``, which is all that the server's own pages
for programs do with one. So who is asking, what may be called, the transaction and the
text of a refusal are the server's. What is left out is the connection, and the slow
hash of a password that was right a moment ago.
"""

import json
import logging

from passlib.context import CryptContext

from odoo import http
from odoo.tools.json import json_default


def remember_passwords():
    """A password is hashed once; what is in the database is asked for each time."""
    slow, known = CryptContext.verify_and_update, {}

    def verify_and_update(self, secret, hashed, *args, **kwargs):
        key = secret, hashed
        if key not in known:
            known[key] = slow(self, secret, hashed, *args, **kwargs)
        return known[key]

    CryptContext.verify_and_update = verify_and_update


def answer(asked):
    """(service, method, arguments) as /jsonrpc takes them; what it says to them."""
    try:
        said = {"result": http.dispatch_rpc(*asked)}
        return json.dumps(said, ensure_ascii=False, default=json_default)
    except Exception as error:
        # Nobody reads the lines of the code, and they are slow to find.
        error.__traceback__, error.__suppress_context__ = None, True
        said = {"error": {"data": http.serialize_exception(error)}}
        return json.dumps(said, ensure_ascii=False, default=json_default)


def serve(connection):
    """One call a line, until the other side is gone."""
    remember_passwords()
    logging.getLogger("odoo.sql_db").setLevel(logging.CRITICAL)
    with connection, connection.makefile("rw", encoding="utf-8") as lines:
        for line in lines:
            lines.write(answer(json.loads(line)) + "\n")
            lines.flush()
