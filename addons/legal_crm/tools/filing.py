"""Where an incoming mail belongs: a decision with a reason, or proposals and a reason.

A mail in the wrong file breaks secrecy, a mail in the queue costs a click: whenever the
evidence leaves room for doubt nothing is chosen and all that was found is proposed.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from .references import EXACT, LOOSE, VAGUE

BASE = {
    # Sent to the matter's own address: somebody addressed the file itself.
    "alias": 0.99,
    # Answers a mail that is filed; people do reuse an old mail to start a new topic.
    "thread": 0.98,
    # Our number where a correspondent puts "your reference".
    "number_subject": 0.95,
    # Our number in the text, which may also mention other files or quote old mail.
    "number_body": 0.88,
    # The number from the system before this one: not in use, so nobody confuses it,
    # but its pattern is not ours and may look like somebody else's.
    "legacy_subject": 0.90,
    "legacy_body": 0.80,
    # A court's or the other side's file number: theirs, so it may coincide with
    # another firm's, and one of their files may be several of our matters.
    "reference_subject": 0.85,
    "reference_body": 0.75,
    # The sender takes part in exactly one matter: says who writes, not about what.
    "sender": 0.72,
}
# Other punctuation or no leading zeros: dates and amounts can look like this.
LOOSE_FACTOR = 0.85
# Short as well: "03/26" for "0003/26" is more often a month.
VAGUE_FACTOR = 0.68
# A reference this short is found by chance (references.specificity).
SHORT_REFERENCE = 5
SHORT_FACTOR = 0.8
# The number names a matter in which the sender takes part: two facts that agree.
PARTY_BONUS = 0.07
# Each further kind of evidence for the same matter.
KIND_BONUS = 0.03
# Never certain: a person may always have made a mistake.
MAX_SCORE = 0.99
# Two matters closer than this cannot be told apart.
MARGIN = 0.10

_TIERS = (("alias", "thread"), ("number",), ("legacy",), ("reference",), ("sender",))
_TIER = {kind: tier for tier, kinds in enumerate(_TIERS) for kind in kinds}


@dataclass(frozen=True)
class Candidate:
    """One piece of evidence for one matter.

    `evidence`: a key of BASE; `score`: from `score()`; `detail`: what the user is
    shown (the number as it was found); `loose`: it rests on a LOOSE match.
    """

    matter_id: int
    open: bool
    restricted: bool
    evidence: str
    score: float
    detail: str = ""
    loose: bool = False

    @property
    def kind(self) -> str:
        return self.evidence.partition("_")[0]

    @property
    def tier(self) -> int:
        return _TIER[self.kind]


@dataclass(frozen=True)
class Proposal:
    """One matter, its combined score, its candidates (best tier and score first)."""

    matter_id: int
    score: float
    evidences: tuple[Candidate, ...]

    @property
    def tier(self) -> int:
        return self.evidences[0].tier


@dataclass(frozen=True)
class Decision:
    """`matter_id`: where to file, or None.  `confidence`: of the chosen matter, else
    of the best proposal.  `reason_code`: when chosen the best evidence (a key of BASE),
    else no_match, contradiction, ambiguous, closed, restricted, below_threshold or
    already_filed.  `proposals`: best first (tier before score), the chosen one too.
    """

    matter_id: int | None
    confidence: float
    reason_code: str
    proposals: tuple[Proposal, ...]


def score(
    evidence: str,
    match: str = EXACT,
    specificity: int | None = None,
    sender_is_party: bool = False,
) -> float:
    """Return the score of one piece of evidence.  Raises KeyError for an unknown one.

    `match` and `specificity` (see references; None: not weighed) concern numbers found
    in the text; `sender_is_party`: the sender is a party to the matter they name.
    """
    value = BASE[evidence]
    value *= {LOOSE: LOOSE_FACTOR, VAGUE: VAGUE_FACTOR}.get(match, 1)
    kind = evidence.partition("_")[0]
    if kind == "reference" and specificity is not None:
        value *= SHORT_FACTOR if specificity < SHORT_REFERENCE else 1
    if sender_is_party and kind in ("number", "legacy", "reference"):
        value += PARTY_BONUS
    return round(min(value, MAX_SCORE), 4)


def _combine(candidates):
    """Return one proposal per matter: the best score of its best tier, and a bonus
    per further kind of evidence.

    No noisy-or: a number in the subject, quoted in the body, is one fact and not two.
    The best tier counts so that a lower one confirms a matter but never outvotes
    another matter's better evidence.
    """
    by_matter = {}
    for candidate in candidates:
        by_matter.setdefault(candidate.matter_id, []).append(candidate)
    proposals = []
    for matter_id, found in by_matter.items():
        found.sort(key=lambda candidate: (candidate.tier, -candidate.score))
        kinds = {candidate.kind for candidate in found}
        value = found[0].score + KIND_BONUS * (len(kinds) - 1)
        value = round(min(value, MAX_SCORE), 4)
        proposals.append(Proposal(matter_id, value, tuple(found)))
    return sorted(proposals, key=lambda p: (p.tier, -p.score, p.matter_id))


def decide(
    candidates: Iterable[Candidate],
    threshold: float,
    already: Collection[int] = (),
) -> Decision:
    """Choose a matter, or say why not.  `already`: matters the mail is filed in; they
    still decide (a worse guess must not take their place) but are not proposed again.

    Raises KeyError for an evidence that is not in BASE.
    """
    ranked = _combine(candidates)
    shown = tuple(p for p in ranked if p.matter_id not in already)
    if not ranked:
        return Decision(None, 0.0, "no_match", ())
    # The best tier that has a hit decides, even if it can only say "not this one".
    hits = [proposal for proposal in ranked if proposal.tier == ranked[0].tier]
    best = next((hit for hit in hits if _is_open(hit)), hits[0])
    reason = _objection(best, hits, ranked, threshold)
    if not reason and best.matter_id in already:
        reason = "already_filed"
    if reason:
        return Decision(None, hits[0].score, reason, shown)
    return Decision(best.matter_id, best.score, best.evidences[0].evidence, shown)


def _objection(best, hits, ranked, threshold):
    """Return why `best` is not chosen, or ""."""
    if _contradicted(best, ranked):
        return "contradiction"
    rivals = [hit for hit in hits if _is_open(hit) and hit is not best]
    if not all(_clearly_better(best, rival) for rival in rivals):
        return "ambiguous"
    # Also when a closed matter is clearly the better hit: it is the one that is meant.
    if not _is_open(best) or _clearly_better(hits[0], best):
        return "closed"
    # A restricted file needs more than a guess: somebody must have named it.
    named = any(not e.loose and e.kind != "sender" for e in best.evidences)
    if best.evidences[0].restricted and not named:
        return "restricted"
    return "below_threshold" if best.score < threshold else ""


def _clearly_better(one, other):
    """Say whether `one` is meant and `other` merely mentioned.

    The number in the subject says what the mail is about; the text below quotes older
    mail, about other matters too.
    """
    if round(one.score - other.score, 4) > MARGIN:
        return True
    return one.score > other.score and _in_subject(one) and not _in_subject(other)


def _in_subject(proposal):
    return any(
        candidate.tier == proposal.tier
        and candidate.evidence.endswith("_subject")
        and not candidate.loose
        for candidate in proposal.evidences
    )


def _is_open(proposal):
    return proposal.evidences[0].open


def _contradicted(best, ranked):
    """Say whether an old thread was reused: its subject names another matter.

    A LOOSE number does not count, it may be a date; nor does a thread of which the
    matter's own address got a copy, for then the matter was addressed on purpose.
    """
    if best.evidences[0].evidence != "thread":
        return False
    return any(
        candidate.evidence == "number_subject" and not candidate.loose
        for proposal in ranked
        if proposal.matter_id != best.matter_id
        for candidate in proposal.evidences
    )
