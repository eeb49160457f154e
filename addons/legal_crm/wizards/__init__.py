from . import legal_matter_state_wizard
from . import legal_communication_correct
from . import legal_communication_file
from . import legal_communication_report
from . import mail_compose_message
from . import mail_compose_readers
from . import mail_followers_edit
