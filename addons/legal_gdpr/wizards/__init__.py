from . import gdpr_request_step
from . import mail_compose_message
