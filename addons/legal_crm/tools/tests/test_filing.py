import random

import pytest
from tools.filing import BASE, MAX_SCORE, Candidate, decide, score
from tools.references import LOOSE, VAGUE


def hit(matter, evidence, value=None, *, open=True, restricted=False, loose=False):
    if value is None:
        value = score(evidence, LOOSE) if loose else score(evidence)
    return Candidate(matter, open, restricted, evidence, value, "", loose)


def outcome(*candidates, threshold=0.8, already=()):
    decision = decide(candidates, threshold, already)
    return decision.matter_id, decision.reason_code


def proposed(*candidates, **options):
    return [p.matter_id for p in decide(candidates, 0.8, **options).proposals]


@pytest.mark.parametrize(
    ("evidence", "options", "expected"),
    [
        ("alias", {}, 0.99),
        ("number_subject", {}, 0.95),
        ("number_subject", {"match": LOOSE}, 0.8075),
        ("number_subject", {"match": VAGUE}, 0.646),
        ("number_body", {"match": VAGUE, "sender_is_party": True}, 0.6684),
        ("number_subject", {"sender_is_party": True}, 0.99),
        ("number_body", {"sender_is_party": True}, 0.95),
        ("number_subject", {"specificity": 4}, 0.95),
        ("reference_subject", {"specificity": 4}, 0.68),
        ("reference_subject", {"specificity": 5}, 0.85),
        ("reference_body", {"sender_is_party": True}, 0.82),
        ("reference_body", {"match": LOOSE, "specificity": 3}, 0.51),
        ("sender", {"sender_is_party": True}, 0.72),
    ],
)
def test_score(evidence, options, expected):
    assert score(evidence, **options) == expected


def test_unknown_evidence():
    with pytest.raises(KeyError):
        score("horoscope")
    with pytest.raises(KeyError):
        decide([hit(1, "horoscope", 0.9)], 0.8)


def test_nothing_found():
    decision = decide([], 0.8)
    assert decision.matter_id is None
    assert decision.reason_code == "no_match"
    assert decision.confidence == 0
    assert decision.proposals == ()


@pytest.mark.parametrize("evidence", sorted(BASE))
def test_one_hit_is_chosen_if_it_reaches_the_threshold(evidence):
    value = BASE[evidence]
    assert outcome(hit(1, evidence), threshold=value) == (1, evidence)
    assert outcome(hit(1, evidence), threshold=value + 0.001) == (
        None,
        "below_threshold",
    )


def test_kinds_add_up_and_places_do_not():
    both_places = [hit(1, "number_subject"), hit(1, "number_body")]
    assert decide(both_places, 0.8).confidence == 0.95
    two_kinds = [hit(1, "number_body"), hit(1, "reference_body"), hit(1, "sender")]
    decision = decide(two_kinds, 0.8)
    assert decision.confidence == 0.94
    assert [e.evidence for e in decision.proposals[0].evidences] == [
        "number_body",
        "reference_body",
        "sender",
    ]
    everything = [hit(1, evidence) for evidence in BASE]
    assert decide(everything, 0.8).confidence == MAX_SCORE


def test_lower_tier_never_outvotes_a_higher_one():
    low = [hit(2, "reference_subject", 0.92), hit(2, "sender"), hit(2, "legacy_body")]
    assert outcome(hit(1, "number_body", loose=True), *low, threshold=0.7) == (
        1,
        "number_body",
    )
    # ... not even when the best tier is too weak to choose.
    assert outcome(hit(1, "number_body", loose=True), *low) == (
        None,
        "below_threshold",
    )
    assert proposed(hit(1, "number_body", loose=True), *low) == [1, 2]
    # Confirmed by a lower tier, a loose number does not beat an exact one.
    exact, loose = hit(1, "number_body"), hit(2, "number_body", loose=True)
    assert outcome(exact, loose, hit(2, "reference_subject", 0.92)) == (
        1,
        "number_body",
    )


def test_ambiguous():
    one, other = hit(1, "number_body", 0.9), hit(2, "number_body")
    assert outcome(one, other) == (None, "ambiguous")
    assert proposed(other, one) == [1, 2]
    assert outcome(hit(1, "sender"), hit(2, "sender")) == (None, "ambiguous")
    assert outcome(hit(1, "thread"), hit(2, "alias")) == (None, "ambiguous")
    # 0.10 apart is not apart enough; more is.
    assert outcome(hit(1, "number_body", 0.9), hit(2, "number_body", 0.8)) == (
        None,
        "ambiguous",
    )
    assert outcome(hit(1, "number_body", 0.9), hit(2, "number_body", 0.79)) == (
        1,
        "number_body",
    )


def test_the_subject_beats_the_text():
    subject, body = hit(1, "number_subject"), hit(2, "number_body")
    assert outcome(subject, body) == (1, "number_subject")
    assert outcome(hit(1, "legacy_subject"), hit(2, "legacy_body")) == (
        1,
        "legacy_subject",
    )
    # ... unless it may be a date, or the sender is a party of the other matter only.
    loose = hit(1, "number_subject", loose=True)
    assert outcome(loose, hit(2, "number_body", 0.85)) == (None, "ambiguous")
    assert outcome(subject, hit(2, "number_body", 0.95)) == (None, "ambiguous")
    # Both stand in the subject: then the text says nothing about which.
    assert outcome(subject, hit(2, "number_subject"), hit(1, "number_body")) == (
        None,
        "ambiguous",
    )


def test_closed_matters_are_proposed_and_never_chosen():
    closed = hit(1, "number_subject", open=False)
    assert outcome(closed) == (None, "closed")
    assert outcome(closed, hit(2, "sender")) == (None, "closed")
    assert proposed(closed, hit(2, "sender")) == [1, 2]
    # An open matter of the same strength is chosen, a weaker one is not.
    assert outcome(hit(1, "number_body", open=False), hit(2, "number_body")) == (
        2,
        "number_body",
    )
    assert outcome(closed, hit(2, "number_body")) == (None, "closed")
    assert outcome(closed, hit(2, "number_body", loose=True), threshold=0.5) == (
        None,
        "closed",
    )
    # A closed rival in a lower tier changes nothing.
    assert outcome(hit(2, "number_subject"), hit(1, "sender", open=False)) == (
        2,
        "number_subject",
    )


def test_restricted():
    assert outcome(hit(1, "sender", restricted=True), threshold=0.5) == (
        None,
        "restricted",
    )
    loose = hit(1, "number_subject", restricted=True, loose=True)
    assert outcome(loose) == (None, "restricted")
    assert outcome(loose, hit(1, "sender", restricted=True)) == (None, "restricted")
    assert outcome(hit(1, "number_subject", restricted=True)) == (1, "number_subject")
    exact = hit(1, "reference_subject", restricted=True)
    assert outcome(loose, exact) == (1, "number_subject")
    assert outcome(hit(1, "thread", restricted=True)) == (1, "thread")


def test_old_thread_with_a_new_number():
    thread = hit(1, "thread")
    assert outcome(thread, hit(2, "number_subject")) == (None, "contradiction")
    assert proposed(thread, hit(2, "number_subject")) == [1, 2]
    assert outcome(thread, hit(2, "number_subject", open=False)) == (
        None,
        "contradiction",
    )
    assert outcome(thread, hit(1, "number_subject")) == (1, "thread")
    assert outcome(thread, hit(2, "number_subject", loose=True)) == (1, "thread")
    assert outcome(thread, hit(2, "number_body")) == (1, "thread")
    assert outcome(hit(1, "alias"), thread, hit(2, "number_subject")) == (1, "alias")


def test_already_filed():
    one, other = hit(1, "number_subject"), hit(2, "sender")
    assert outcome(one, other, already={1}) == (None, "already_filed")
    assert proposed(one, other, already={1}) == [2]
    assert outcome(one, other, already={2}) == (1, "number_subject")


def random_candidates(rng):
    state = {m: (rng.random() < 0.7, rng.random() < 0.3) for m in (1, 2, 3)}
    for _ in range(rng.randint(0, 6)):
        matter, evidence = rng.choice((1, 2, 3)), rng.choice(sorted(BASE))
        loose = rng.random() < 0.3 and "_" in evidence
        is_open, restricted = state[matter]
        yield hit(matter, evidence, open=is_open, restricted=restricted, loose=loose)


def test_what_always_holds():
    rng = random.Random(11)
    reasons = set()
    for _ in range(5000):
        found = list(random_candidates(rng))
        decision = decide(found, 0.8)
        reasons.add(decision.reason_code)
        rng.shuffle(found)
        assert decide(found, 0.8).matter_id == decision.matter_id
        assert {p.matter_id for p in decision.proposals} == {c.matter_id for c in found}
        assert all(0 < p.score <= MAX_SCORE for p in decision.proposals)
        if decision.matter_id:
            chosen = next(
                p for p in decision.proposals if p.matter_id == decision.matter_id
            )
            assert chosen.tier == min(c.tier for c in found)
            assert chosen.evidences[0].open
            assert decision.confidence == chosen.score >= 0.8
    assert {
        "no_match",
        "contradiction",
        "ambiguous",
        "closed",
        "restricted",
        "below_threshold",
    } <= reasons
