from . import gdpr_field_map
from . import gdpr_subject
from . import gdpr_subject_identifier
from . import gdpr_subject_item
from . import gdpr_retention_rule
from . import gdpr_legal_hold
from . import gdpr_retention
from . import gdpr_erasure_journal
