"""What opens something is not written into the log of requests.

Odoo logs the address of each request. The address of a calendar feed, of an answer to a
person or of an invitation is a key: whoever reads the log could use it.
"""

import logging
import re

MASK = "…"
#: parameters that open something or identify somebody
_SECRET = re.compile(
    r"(?i)([?&;](?:[\w-]*(?:token|passw|password|secret|signature)[\w-]*"
    r"|key|api_key|apikey|hash|code|state|login|email)=)[^&;\s\"#]+"
)
#: parts of a path that are made of chance: letters and digits, or both cases, and long
_SEGMENT = re.compile(r"(?<=/)[A-Za-z0-9_-]{20,}(?=[/?.\s\"#]|$)")


def _is_chance(text):
    digits = any(char.isdigit() for char in text)
    return digits or text != text.lower() and text != text.upper()


def masked(line):
    """A line of the log of requests without what opens something."""
    line = _SECRET.sub(rf"\1{MASK}", line)
    return _SEGMENT.sub(lambda m: MASK if _is_chance(m[0]) else m[0], line)


class MaskFilter(logging.Filter):
    """Changes the record itself: no handler sees more."""

    def filter(self, record):
        text = record.getMessage()
        shown = masked(text)
        if shown != text:
            record.msg, record.args = shown, ()
        return True


#: loggers that write down addresses
_LOGGERS = (
    "werkzeug",
    "odoo.http",
    "odoo.addons.mail.controllers.mail",
    "odoo.addons.http_routing.models.ir_http",
    "odoo.addons.base.models.ir_actions",
    "odoo.addons.iap.tools.iap_tools",
)


def install():
    """Once in each process, on the loggers that write down addresses."""
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(one, MaskFilter) for one in logger.filters):
            logger.addFilter(MaskFilter())
