from . import gdpr_legal_hold_release
from . import gdpr_erasure_status
from . import gdpr_request_step
from . import mail_compose_message
from . import gdpr_selective_deletion
from . import gdpr_yearly_report
