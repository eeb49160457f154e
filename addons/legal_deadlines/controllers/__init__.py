from . import ics
from . import portal
from . import health
