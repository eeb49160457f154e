"""Every mail of the corpus, as bytes through the gateway, is where it belongs."""

import hashlib
import json
import unicodedata
from collections import Counter

import pytest
from mail import generate
from mail.firm import LOGIN, Firm

EXPECTED = json.loads((generate.HERE / "expected.json").read_text("utf-8"))
# Two deliveries of one mail make one entry.
DISTINCT = [mail for mail in EXPECTED if not mail.get("duplicate_of")]
FIELDS = [
    "matter_id",
    "state",
    "subject",
    "queue_reason",
    "filing_evidence",
    "filing_detail",
    "filing_confidence",
    "proposal_ids",
    "is_auto",
    "is_aside",
    "display_body",
    "document_ids",
    "original_id",
    "original_sha256",
    "company_id",
]


class Fed:
    """The corpus after it went through the gateway once."""

    def __init__(self, firm):
        self.firm = firm
        self.before = len(firm.incoming())
        self.answers = {}
        for mail in EXPECTED:
            raw = generate.read(mail["file"])
            self.answers[mail["file"]] = firm.feed(raw)
        self.rows = {row["id"]: row for row in firm.communications(FIELDS)}
        self.web = firm.server.web(LOGIN)

    def row(self, name):
        answer = self.answers[name]
        assert answer in self.rows, f"{name} was not kept: {answer}"
        return self.rows[answer]

    def download(self, attachment):
        answer = self.web.get(
            f"{self.firm.server.url}/web/content/{attachment}?download=1", timeout=300
        )
        assert answer.ok, answer
        return answer.content


@pytest.fixture(scope="module")
def firm(make_server):
    return Firm(make_server("corpus"))


@pytest.fixture(scope="module")
def fed(firm):
    return Fed(firm)


def by_file(mails):
    return pytest.mark.parametrize("mail", mails, ids=lambda mail: mail["file"])


@by_file(EXPECTED)
def test_it_is_where_it_belongs(fed, mail):
    row = fed.row(mail["file"])
    evidence = (row["filing_evidence"] or "").split(",")[0]
    if mail["matter"]:
        wanted = fed.firm.matters[mail["matter"]]
        found = row["matter_id"] and row["matter_id"][0]
        assert (found, row["state"]) == (wanted, "filed"), row["queue_reason"]
        assert evidence == mail["reason"]
        assert not row["proposal_ids"]
    else:
        assert (row["matter_id"], row["state"]) == (False, "draft"), evidence
        assert row["queue_reason"] == mail["reason"]
        proposals = fed.firm.user.call(
            "legal.communication.proposal", "read", [row["proposal_ids"], ["matter_id"]]
        )
        wanted = {fed.firm.matters[key] for key in mail["proposals"]}
        assert {proposal["matter_id"][0] for proposal in proposals} == wanted
    assert row["is_auto"] == mail["auto"]
    assert row["is_aside"] == (mail["reason"] == "own_address")
    assert row["company_id"][0] == fed.firm.company
    if mail.get("loose"):
        assert row["filing_confidence"] < 0.95
    if mail.get("unknown_sender"):
        assert "unknown sender" in row["filing_detail"]


@by_file(EXPECTED)
def test_it_reads_as_it_was_written(fed, mail):
    row = fed.row(mail["file"])
    if "subject" in mail:
        assert row["subject"] == mail["subject"]
    assert "\n" not in (row["subject"] or "")
    text = plain(row["display_body"])
    for part in [mail.get("text_contains", ""), *mail.get("texts_contain", [])]:
        assert " ".join(part.split()) in text


@by_file(DISTINCT)
def test_the_original_is_kept_byte_for_byte(fed, mail):
    raw = generate.read(mail["file"])
    row = fed.row(mail["file"])
    assert row["original_sha256"] == hashlib.sha256(raw).hexdigest()
    assert fed.download(row["original_id"][0]) == raw


@by_file(DISTINCT)
def test_its_files_are_kept(fed, mail):
    documents = fed.firm.user.call(
        "ir.attachment", "read", [fed.row(mail["file"])["document_ids"], ["name"]]
    )
    names = Counter(document["name"] for document in documents)
    assert all(unicodedata.is_normalized("NFC", name) for name in names)
    wanted = Counter(mail["attachments"])
    assert not wanted - names, names
    if mail.get("attachments_unnamed", 0) is not None:
        left = names - wanted - Counter(mail.get("attachments_optional", []))
        assert left.total() == mail.get("attachments_unnamed", 0), left
    sums = mail.get("attachment_sha256", {})
    everything = mail.get("attachment_sha256_all", [])
    if sums or everything:
        found = {
            (document["name"], hashlib.sha256(fed.download(document["id"])).hexdigest())
            for document in documents
        }
        assert {(name, sums[name]) for name in sums if name in wanted} <= found
        assert set(everything) <= {digest for _name, digest in found}


@by_file([mail for mail in EXPECTED if mail.get("duplicate_of")])
def test_the_same_mail_is_not_filed_again(fed, mail):
    assert fed.answers[mail["file"]] == fed.answers[mail["duplicate_of"]]


@by_file([mail for mail in EXPECTED if mail.get("message_id_clash")])
def test_another_mail_with_the_same_id_is_kept(fed, mail):
    assert fed.answers[mail["file"]] != fed.answers[mail["message_id_clash"]]


@by_file([mail for mail in EXPECTED if mail.get("bounced_email")])
def test_only_what_failed_for_good_marks_the_contact(fed, mail):
    contacts = fed.firm.user.call(
        "res.partner",
        "search_read",
        [[["email_normalized", "=", mail["bounced_email"]]], ["data_bounced"]],
    )
    assert contacts
    assert {c["data_bounced"] for c in contacts} == {mail["bounce"] == "failed"}


def test_nobody_became_a_contact(fed):
    known = {contact["email"] for contact in fed.firm.data["partners"]} | {LOGIN}
    domain = [["id", ">", min(fed.firm.partners.values())], ["email", "!=", False]]
    found = fed.firm.admin.call("res.partner", "search_read", [domain, ["email"]])
    assert {contact["email"] for contact in found} <= known


def test_a_second_delivery_adds_nothing(fed):
    assert len(fed.firm.incoming()) - fed.before == len(DISTINCT)
    for mail in EXPECTED:
        again = fed.firm.feed(generate.read(mail["file"]))
        assert again == fed.answers[mail["file"]], mail["file"]
    assert len(fed.firm.incoming()) - fed.before == len(DISTINCT)


def plain(html):
    """The text of an HTML field in one line."""
    from html.parser import HTMLParser

    texts = []
    parser = HTMLParser()
    parser.handle_data = texts.append
    parser.feed(html or "")
    return " ".join("".join(texts).split())
