from . import legal_deadline_entry
from . import legal_deadline_done
from . import legal_deadline_reason
from . import legal_deadline_extension
from . import legal_deadline_change
from . import legal_deadline_rule_version
from . import legal_deadline_rule_try
