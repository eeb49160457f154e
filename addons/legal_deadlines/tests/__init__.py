from . import samples
from . import test_control
from . import test_deadline_list
from . import test_emergency
from . import test_sheet
