from . import legal_deadline_print
from . import legal_deadline_control_close
