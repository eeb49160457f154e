from . import legal_deadline_rule_version
from . import legal_deadline_rule_try
