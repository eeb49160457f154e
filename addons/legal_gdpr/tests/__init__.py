from . import test_retention_judge
