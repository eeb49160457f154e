import pytest
from tools import people, words
from tools.classify import Facts, classify, is_person_model


@pytest.mark.parametrize(
    ("name", "special", "criminal"),
    [
        ("health_insurance", True, False),
        ("x_religion", True, False),
        ("union", True, False),
        ("reunion", False, False),
        ("trace", False, False),
        ("criminal_record", False, True),
        ("penalty", False, False),
        ("Gesundheitsdaten", True, False),
    ],
)
def test_words(name, special, criminal):
    said = words.words(name)
    assert (words.is_special(said), words.is_criminal(said)) == (special, criminal)


@pytest.mark.parametrize(
    ("facts", "role", "edge", "erasure"),
    [
        (Facts("x", "create_uid", "many2one", comodel="res.users", to_person=True),
         "link", "stop", "keep"),
        (Facts("x", "partner_id", "many2one", comodel="res.partner", to_person=True,
               required=True, cascade=True), "link", "owned", "delete"),
        (Facts("x", "partner_id", "many2one", comodel="res.partner", to_person=True),
         "link", "shared", "unlink"),
        (Facts("x", "user_id", "many2one", comodel="res.users", to_person=True),
         "link", "stop", "keep"),
        (Facts("x", "part_id", "many2one", comodel="y", component=True),
         "link", "owned", "delete"),
        (Facts("x", "kind_id", "many2one", comodel="y"), "none", None, "keep"),
        (Facts("x", "email_from", "char"), "identifier", None, "empty"),
        (Facts("x", "partner_name", "char", required=True), "identifier", None,
         "redact"),
        (Facts("x", "note", "html"), "free_text", None, "redact"),
        (Facts("x", "data", "json"), "free_text", None, "redact"),
        (Facts("x", "scan", "binary"), "file", None, "empty"),
        (Facts("x", "access_token", "char"), "content", None, "empty"),
        (Facts("x", "amount", "float"), "none", None, "keep"),
        (Facts("x", "res_id", "integer", polymorphic=True), "link", "owned", "delete"),
        (Facts("x", "name", "char", translate=True), "none", None, "keep"),
        (Facts("x", "sickness", "boolean", on_person=True), "content", None, "empty"),
        (Facts("x", "amount", "float", declared="their money"), "content", None,
         "empty"),
        (Facts("x", "label", "char", silent="nothing"), "none", None, "keep"),
        (Facts("account.move", "partner_name", "char"), "identifier", None, "keep"),
    ],
)  # fmt: skip
def test_classify(facts, role, edge, erasure):
    proposal = classify(facts)
    assert (proposal.role, proposal.edge, proposal.on_erasure) == (role, edge, erasure)


def test_books_name_their_law():
    assert "§ 147 AO" in classify(Facts("account.move", "ref", "char")).keep_reason


def test_people():
    assert is_person_model("mailing.contact", [], ["email"])
    assert is_person_model("x.candidate", ["partner_id"], ["email"])
    assert not is_person_model("x.candidate", ["partner_id"], [])
    assert not is_person_model("mail.message", ["author_id"], ["email_from"])


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("+49 30 1234567", "030 / 1234567", True),
        ("0049 30 1234567", "+49 30 1234567", True),
        ("1234", "1234", False),
        ("", None, False),
        ("+49 30 1234567", "+49 30 1234568", False),
    ],
)
def test_same_phone(one, other, same):
    assert people.same_phone(one, other) is same


def test_address_stands_whole():
    assert people.holds_address("A <a@b.de>, c@d.de", "a@b.de")
    assert not people.holds_address("ma@b.de", "a@b.de")
    assert not people.holds_address("a@b.de.example", "a@b.de")
    assert people.holds_address("write to a@b.de.", "a@b.de")


@pytest.mark.parametrize(
    ("name", "email", "phone", "named", "result"),
    [
        (True, True, False, True, (True, "name_email")),
        (False, True, False, True, (False, "email_other_name")),
        (False, True, False, False, (True, "email")),
        (True, False, True, True, (True, "name_phone")),
        (False, False, True, True, (False, "phone_other_name")),
        (True, False, False, True, (False, "name")),
        (False, False, False, True, None),
    ],
)
def test_judge(name, email, phone, named, result):
    assert people.judge(name, email, phone, named) == result
