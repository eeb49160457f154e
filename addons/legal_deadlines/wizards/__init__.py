from . import legal_ics_feed_new
