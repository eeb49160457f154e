from . import samples
