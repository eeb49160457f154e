from . import samples
from . import test_erasure_run
from . import test_retention_judge
from . import test_retention_keepers
