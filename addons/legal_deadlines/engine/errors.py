"""What can be wrong with a request: one class for each, with a code and parameters.

The text of a code is in `texts.ERRORS`, so that the caller translates it; `str()` of an
error is the English sentence. Nothing is computed when one is raised.
"""

from . import texts


class DeadlineError(ValueError):
    """Base of all: `code` names the text, `params` fills it.

    `params` holds plain values only (strings, numbers, dates): what the user typed
    and what would have been right.
    """

    code = "error"

    def __init__(self, **params):
        super().__init__(self.code)
        self.params = params

    def __str__(self):
        return texts.error(self)

    def __reduce__(self):
        return _rebuild, (type(self), self.params)


def _rebuild(cls, params):
    return cls(**params)


class InvalidDate(DeadlineError):
    """30 February, or no date at all."""

    code = "invalid_date"


class InvalidTime(DeadlineError):
    code = "invalid_time"


class TimeMissing(DeadlineError):
    """A period of hours starts at a time, not on a day."""

    code = "time_missing"


class TimeSkipped(DeadlineError):
    """The clock was put forward over this time; it never was."""

    code = "time_skipped"


class YearOutOfRange(DeadlineError):
    """The holidays of that year are not known, so no date can be promised."""

    code = "year_out_of_range"


class TriggerInFuture(DeadlineError):
    code = "trigger_in_future"


class BackwardDatePassed(DeadlineError):
    """The last safe day before the hearing is over already."""

    code = "backward_date_passed"


class InvalidPeriod(DeadlineError):
    code = "invalid_period"


class PeriodMissing(DeadlineError):
    code = "period_missing"


class PeriodNotPositive(DeadlineError):
    code = "period_not_positive"


class UnknownUnit(DeadlineError):
    code = "unknown_unit"


class UnknownDirection(DeadlineError):
    code = "unknown_direction"


class UnsupportedCombination(DeadlineError):
    """Each is right alone, together they mean nothing: `first` and `second`."""

    code = "unsupported_combination"


class UnknownRegime(DeadlineError):
    code = "unknown_regime"


class UnknownRule(DeadlineError):
    code = "unknown_rule"


class PlaceMissing(DeadlineError):
    code = "place_missing"


class UnknownPlace(DeadlineError):
    code = "unknown_place"


class PlaceTooWide(DeadlineError):
    """Switzerland has no holidays of its own to speak of: the canton decides."""

    code = "place_too_wide"


class PlaceOfOtherCountry(DeadlineError):
    code = "place_of_other_country"


class UnknownOption(DeadlineError):
    code = "unknown_option"


class InvalidOption(DeadlineError):
    code = "invalid_option"


class OptionNotOfRegime(DeadlineError):
    code = "option_not_of_regime"


class ExtensionBeforeEnd(DeadlineError):
    """An extension to a date that lies before the end without it."""

    code = "extension_before_end"


class InvalidDayRule(DeadlineError):
    """A local holiday written in a way that names no day."""

    code = "invalid_day_rule"


class InvalidFile(DeadlineError):
    code = "invalid_file"
