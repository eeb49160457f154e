"""When two sets of names, addresses and numbers are those of one person.

A name alone proves nothing, and an address alone neither: couples share one, and so do
the people of an office.
"""

import re

#: the shortest number that is compared by its end (with or without a country's code)
PHONE = 7


def digits(text):
    """The digits of a telephone number without leading zeros; "" of None."""
    return re.sub(r"\D", "", text or "").lstrip("0")


def same_phone(one, other):
    """Whether two numbers are one: +49 30 1234567 is 030 1234567."""
    one, other = digits(one), digits(other)
    if min(len(one), len(other)) < PHONE:
        return False
    return one.endswith(other) or other.endswith(one)


def same_name(one, other):
    """Whether two folded names are one, in whatever order: "meier hans"."""
    return bool(one) and sorted(one.split()) == sorted(other.split())


def holds_address(text, address):
    """Whether ``address`` stands in ``text`` whole: "a@b.de" is not in "ma@b.de"."""
    pattern = rf"(?<![\w.+-]){re.escape(address)}(?![\w-]|\.\w)"
    return bool(address) and bool(re.search(pattern, text or "", re.IGNORECASE))


def holds_words(text, phrase):
    """Whether ``phrase`` stands in ``text`` between the limits of words."""
    pattern = rf"(?<!\w){re.escape(phrase)}(?!\w)"
    return bool(phrase) and bool(re.search(pattern, text or "", re.IGNORECASE))


def judge(same_name, same_email, same_phone, named=True):
    """What the agreement of two sets of particulars amounts to.

    :param named: whether the other has a name at all
    :return: ``(confirmed, how)``, or None: nothing in common. ``how`` is a code:
        "name_email", "name_phone", "email", "email_other_name", "phone_other_name",
        "name"
    """
    if same_email:
        if same_name:
            return True, "name_email"
        return (True, "email") if not named else (False, "email_other_name")
    if same_phone:
        return (True, "name_phone") if same_name else (False, "phone_other_name")
    return (False, "name") if same_name else None
