"""All regimes by their code."""

from ..errors import UnknownRegime
from . import austria, europe, france, germany, switzerland

REGIMES = {
    regime.code: regime
    for module in (germany, france, switzerland, austria, europe)
    for regime in module.REGIMES
}


def regime_of(code):
    """The Regime of a code such as DE-ZPO; UnknownRegime names those there are."""
    try:
        return REGIMES[code]
    except KeyError:
        raise UnknownRegime(regime=code, known=", ".join(REGIMES)) from None
