from . import test_retention_judge
from . import test_request
from . import test_request_review
from . import test_restriction
