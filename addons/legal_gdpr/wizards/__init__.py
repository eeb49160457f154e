from . import gdpr_erasure_status
