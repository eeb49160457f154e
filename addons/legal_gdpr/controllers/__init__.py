from . import privacy
from . import register
