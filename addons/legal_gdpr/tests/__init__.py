from . import samples
from . import test_erasure_run
from . import test_erasure
from . import test_erasure_closed
from . import test_erasure_subject
from . import test_retention_judge
from . import test_retention_keepers
