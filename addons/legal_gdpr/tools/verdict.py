"""What several rules, and what holds a record, say together.

The longest minimum wins: a record that two laws want kept is kept for both. A hold
beats every period. A rule whose event has not happened keeps the record as well: who
does not know when a mandate ended cannot say that it ended six years ago.
"""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Term:
    """What one rule says of a record.

    :param int rule: which rule
    :param kept_until: last day of the minimum period, or None: no event yet
    :param gone_by: last day of the maximum period, or None: the law names none
    """

    rule: int
    kept_until: date | None
    gone_by: date | None = None


@dataclass(frozen=True)
class Verdict:
    """
    :param may_on: first day on which the record may go; None: not known, or no rule
    :param must_on: last day on which it may still be there; None: no rule says
    :param rules: the rules that were asked, the deciding one first
    :param holds: what holds it (ids); not empty: it stays
    :param waiting: rules whose event has not happened
    """

    may_on: date | None = None
    must_on: date | None = None
    rules: tuple = ()
    holds: tuple = ()
    waiting: tuple = ()

    def may_go(self, today):
        """Whether the record may be destroyed on ``today``."""
        if self.holds or self.waiting:
            return False
        return self.may_on is None or self.may_on <= today

    def must_go(self, today):
        """Whether the record may go and its time is over."""
        return bool(self.must_on and self.must_on < today and self.may_go(today))


def judge(terms, holds=()):
    """
    :param terms: iterable of ``Term``
    :param holds: iterable of ids
    :return: Verdict

    Two laws that contradict each other (a maximum before another's minimum): the
    minimum wins, since what is destroyed cannot be brought back.
    """
    terms = list(terms)
    waiting = tuple(term.rule for term in terms if term.kept_until is None)
    known = sorted(
        (term for term in terms if term.kept_until),
        key=lambda term: term.kept_until,
        reverse=True,
    )
    rules = tuple(term.rule for term in known) + waiting
    if waiting or not known:
        return Verdict(rules=rules, holds=tuple(holds), waiting=waiting)
    may_on = known[0].kept_until + timedelta(days=1)
    limits = [term.gone_by for term in known if term.gone_by]
    must_on = max(min(limits), may_on) if limits else None
    return Verdict(may_on, must_on, rules, tuple(holds), ())
