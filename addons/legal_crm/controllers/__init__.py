from . import recorded
from . import calendar
