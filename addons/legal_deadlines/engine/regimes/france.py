"""France: CPC art. 640-644, and what CJA and CPP have otherwise."""

from .base import Regime


class French(Regime):
    country = "FR"
    allowed = frozenset({"franc"})
    articles = {
        "start": "CPC art. 640, 641",
        "begin": "CPC art. 641",
        "day": "CPC art. 641 al. 1",
        "week": "CPC art. 641",
        "month": "CPC art. 641 al. 2",
        "year": "CPC art. 641 al. 2",
        "month_end": "CPC art. 641 al. 2",
        "in_one": "CPC art. 641 al. 3, 643",
        "end": "CPC art. 642 al. 1",
        "roll": "CPC art. 642 al. 2",
        "backward": "CPC art. 641",
        "franc": "CPC art. 642",
        "extension": "CPC art. 643",
        "hour_abs": "CPC art. 640",
        "hour_fullhour": "CPC art. 640",
        "hour_zpo222": "CPC art. 640",
    }


REGIMES = (
    French("FR-CPC"),
    French(
        "FR-CJA",
        franc="CJA art. R421-1: délai franc",
        in_one="CJA art. R421-7, CPC art. 643",
    ),
    French(
        "FR-CPP",
        start="CPP art. 801",
        franc="CPP art. 568: jours francs",
        roll="CPP art. 801",
    ),
)
