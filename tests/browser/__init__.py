"""A real browser, for tests and for looking at screens."""
