from . import privacy
from . import register
from . import preferences
