from . import test_access
from . import test_matter
from . import test_matter_number
from . import test_registry
from . import test_communication
from . import test_mail_out
from . import test_queue
from . import test_outside_services
