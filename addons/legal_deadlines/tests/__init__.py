from . import samples
from . import test_agenda
from . import test_ics
