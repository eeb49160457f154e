from . import samples
from . import test_task_doors
from . import test_task
