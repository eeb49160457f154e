from . import gdpr_legal_hold_release
from . import gdpr_erasure_status
