"""`compute(request)`: the one door to the engine."""

from .calendars import revision
from .errors import BackwardDatePassed
from .request import checked
from .trace import Trace


def compute(request):
    """The Result of a Request. Raises a DeadlineError, never gives a wrong date."""
    regime, place = checked(request)
    calendar = regime.calendar(request, place)
    trace = Trace()
    found = regime.compute(request, calendar, trace)
    result = regime.result(request, calendar, revision(), trace, *found)
    today = request.today
    if today and request.direction == "backward" and result.date < today:
        raise BackwardDatePassed(event=request.event, date=result.date)
    return result
