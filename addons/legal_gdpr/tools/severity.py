"""Severity of a breach, by the method of ENISA ("Recommendations for a methodology of
the assessment of severity of personal data breaches", 2013).

SE = DPC x EI + CB. DPC: what the data tell, 1 to 4; of several categories the highest,
raised or lowered by the context. EI: how easily the people are identified. CB: the
circumstances of the breach. The number supports a decision and never makes it.
"""

from dataclasses import dataclass

CATEGORIES = {"simple": 1, "behavioural": 2, "financial": 3, "sensitive": 4}
IDENTIFICATION = {
    "negligible": 0.25,
    "limited": 0.5,
    "significant": 0.75,
    "maximum": 1.0,
}
CIRCUMSTANCES = {"none": 0.0, "some": 0.25, "full": 0.5}
MALICIOUS = 0.5
CIRCUMSTANCES_MOST = 2.0
#: from which score on
BANDS = [(4.0, "very_high"), (3.0, "high"), (2.0, "medium"), (0.0, "low")]
#: more people than these are a flag beside the score
MANY = 100


@dataclass(frozen=True)
class Severity:
    """
    :param int dpc: data processing context, 1 to 4
    :param float ei: ease of identification, 0.25 to 1
    :param float cb: circumstances of the breach, 0 to 2
    :param float score: 0.25 to 6
    :param str band: low, medium, high, very_high
    """

    dpc: int
    ei: float
    cb: float
    score: float
    band: str


def assess(
    categories,
    identification,
    context=0,
    confidentiality="none",
    integrity="none",
    availability="none",
    malicious=False,
):
    """
    :param categories: names of CATEGORIES, at least one
    :param identification: name of IDENTIFICATION
    :param int context: by how much the context raises or lowers what the data tell
    :param confidentiality, integrity, availability: names of CIRCUMSTANCES
    :return: Severity
    :raises ValueError: a name that is none of these, or no category
    """
    categories = list(categories)
    unknown = [name for name in categories if name not in CATEGORIES]
    if unknown or not categories:
        raise ValueError(f"categories: {unknown or 'none'}")
    if identification not in IDENTIFICATION:
        raise ValueError(f"identification: {identification}")
    losses = (confidentiality, integrity, availability)
    if any(loss not in CIRCUMSTANCES for loss in losses):
        raise ValueError(f"circumstances: {losses}")
    dpc = max(CATEGORIES[name] for name in categories) + context
    dpc = min(max(dpc, 1), 4)
    ei = IDENTIFICATION[identification]
    cb = sum(CIRCUMSTANCES[loss] for loss in losses) + MALICIOUS * bool(malicious)
    cb = min(cb, CIRCUMSTANCES_MOST)
    score = dpc * ei + cb
    return Severity(dpc, ei, cb, score, band(score))


def band(score):
    """The word for a score: below 2 low, below 3 medium, below 4 high, very high."""
    return next(name for least, name in BANDS if score >= least)
