"""Deadline arithmetic: pure Python, knows nothing of Odoo.

>>> from datetime import date
>>> from engine import Request, compute
>>> compute(Request("DE-ZPO", date(2006, 8, 3), 2, "month", place="DE-BB")).date
datetime.date(2006, 10, 4)

See `Request` for what is asked, `Result` for what comes back, `texts.explain` for its
sentences, `rules` for the catalogue of deadlines, `errors` for what can be wrong.
"""

from . import errors, places, request, storage, texts
from .compute import compute
from .errors import DeadlineError
from .options import Options, Span
from .request import Request
from .result import Doubt, Holiday, Result, Step, earliest
from .texts import explain
