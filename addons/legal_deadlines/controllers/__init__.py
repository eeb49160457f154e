from . import ics
