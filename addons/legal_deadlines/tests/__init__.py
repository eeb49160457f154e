from . import samples
from . import test_deadline_entry
from . import test_deadline_four_eyes
from . import test_deadline_change
from . import test_deadline_demands
from . import test_deadline_hooks
from . import test_deadline_clock
from . import test_deadline_recalculation
