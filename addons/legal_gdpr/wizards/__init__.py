from . import gdpr_legal_hold_release
