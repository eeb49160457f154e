"""Mail while the server is used by many, and while it dies."""

import hashlib
import threading
import xmlrpc.client
from concurrent.futures import ThreadPoolExecutor

import pytest
from mail.firm import Firm
from support.rpc import RpcError


@pytest.fixture(scope="module")
def firm(make_server):
    return Firm(make_server("delivery"))


def letter(number, subject="0123/26 Nachricht"):
    return (
        "From: Jana Hoelzle <j.hoelzle@baeckerei-hoelzle.example>\r\n"
        "To: akten@kanzlei.example\r\n"
        f"Subject: {subject} {number}\r\n"
        f"Message-ID: <delivery-{number}@baeckerei-hoelzle.example>\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n\r\n"
        f"Anbei Nummer {number}.\r\n"
    ).encode()


def kept(firm, raw):
    """The entries that hold exactly these bytes."""
    digest = hashlib.sha256(raw).hexdigest()
    return firm.communications(
        ["state", "delivery_count"], [["original_sha256", "=", digest]]
    )


def test_different_mails_at_once(firm):
    letters = [letter(f"parallel-{n}") for n in range(12)]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(firm.feed, letters))
    assert len(set(answers)) == len(letters)
    for raw in letters:
        assert [row["state"] for row in kept(firm, raw)] == ["filed"]


def test_the_same_mail_at_once(firm):
    raw = letter("twin")
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(firm.feed, [raw] * 3))
    assert len(set(answers)) == 1
    [row] = kept(firm, raw)
    assert row["delivery_count"] == 3


def test_only_the_gateway_delivers(firm):
    raw = letter("intruder")
    for login in (firm.user, firm.portal()):
        with pytest.raises(RpcError, match="Only the mail gateway") as refused:
            # over JSON, as any program of a user could
            login.call("mail.thread", "message_process", [False, raw.decode()])
        assert refused.value.name == "odoo.exceptions.AccessError"
    assert not kept(firm, raw)


def test_the_server_dies_while_mail_comes_in(firm):
    """A mail server sends again what was not answered; each mail is there once."""
    letters = [letter(f"crash-{n}") for n in range(60)]
    answered, started = [], threading.Event()

    def deliver():
        for raw in letters:
            try:
                firm.feed(raw)
            except (OSError, xmlrpc.client.Error):
                return
            answered.append(raw)
            if len(answered) == 5:
                started.set()

    carrier = threading.Thread(target=deliver)
    carrier.start()
    assert started.wait(120)
    firm.server.kill9()
    carrier.join(120)
    assert len(answered) < len(letters), "killed too late to prove anything"
    firm.server.start()
    firm.reconnect()
    for raw in answered:
        assert len(kept(firm, raw)) == 1
    for raw in letters:
        firm.feed(raw)
    for raw in letters:
        [row] = kept(firm, raw)
        assert row["state"] == "filed"
