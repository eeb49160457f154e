from . import test_erasure
from . import test_erasure_closed
from . import test_erasure_subject
from . import test_retention_judge
