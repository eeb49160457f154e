"""The ways into a server that another program would use."""

import binascii
import itertools
import os
import re

import requests
from passlib.context import CryptContext


class RpcError(Exception):
    """What the server answered instead of a result."""

    def __init__(self, error):
        data = error.get("data") or {}
        self.name = data.get("name") or error.get("name", "")
        self.message = data.get("message") or error.get("message", "")
        self.debug = data.get("debug") or error.get("debug", "")
        super().__init__(f"{self.name}: {self.message}")


class Rpc:
    """One user's calls, over JSON-RPC with a password."""

    numbers = itertools.count(1)

    def __init__(self, url, database, login, password):
        self.url, self.database, self.password = url, database, password
        self.uid = self._post("common", "login", database, login, password)
        if not self.uid:
            raise RpcError({"name": "AccessDenied", "message": f"{login} is refused"})

    def _post(self, service, method, *args):
        answer = requests.post(
            f"{self.url}/jsonrpc",
            json={
                "jsonrpc": "2.0",
                "method": "call",
                "id": next(self.numbers),
                "params": {"service": service, "method": method, "args": args},
            },
            timeout=300,
        ).json()
        if "error" in answer:
            raise RpcError(answer["error"])
        return answer.get("result")

    def call(self, model, method, args=(), kw=None):
        """``call("res.partner", "read", [[1], ["name"]])``"""
        arguments = [self.database, self.uid, self.password, model, method]
        return self._post("object", "execute_kw", *arguments, list(args), kw or {})


class Json2:
    """One user's calls over the newer interface, with a bearer key."""

    def __init__(self, url, database, key):
        self.url = url
        self.headers = {"Authorization": f"Bearer {key}", "X-Odoo-Database": database}

    def call(self, model, method, **arguments):
        """``call("res.partner", "read", ids=[1], fields=["name"])``"""
        answer = requests.post(
            f"{self.url}/json/2/{model}/{method}",
            json=arguments,
            headers=self.headers,
            timeout=300,
        )
        if not answer.ok:
            raise RpcError(answer.json())
        return answer.json()


def api_key():
    """A key with the hash that Odoo keeps of it."""
    key = binascii.hexlify(os.urandom(20)).decode()
    context = CryptContext(["pbkdf2_sha512"], pbkdf2_sha512__rounds=6000)
    return key, context.hash(key)


def web_session(url, login, password):
    """A requests.Session that is signed in by the form, as a browser would be."""
    session = requests.Session()
    form = session.get(f"{url}/web/login", timeout=120)
    token = re.search(r'name="csrf_token" value="(\w+)"', form.text)
    assert token, f"{form.url} is no form to sign in with: {form.text[:300]}"
    values = {"csrf_token": token[1], "login": login, "password": password}
    answer = session.post(
        f"{url}/web/login", data=values, timeout=120, allow_redirects=False
    )
    if answer.status_code != 303:
        raise RpcError({"name": "AccessDenied", "message": f"{login} is refused"})
    return session
