from . import ics
from . import portal
