from . import test_retention_judge
from . import test_field_map
from . import test_finder
from . import test_finder_superset
