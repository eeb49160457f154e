from . import samples
from . import test_warning_plan
from . import test_reminders
from . import test_reminder_monitor
from . import test_deadline_digest
from . import test_absences
