"""The same cases in every run, and no store of found ones."""

from hypothesis import settings

settings.register_profile("suite", database=None, deadline=None, derandomize=True)
settings.load_profile("suite")
