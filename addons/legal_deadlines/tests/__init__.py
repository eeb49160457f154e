from . import samples
from . import test_agenda
from . import test_agenda_list
from . import test_ics
