from . import gdpr_request_step
