from . import samples
from . import test_jurisdiction
from . import test_rule
