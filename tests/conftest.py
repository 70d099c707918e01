"""Hypothesis draws the same examples on every run and every machine, and never judges by the clock."""

from hypothesis import settings

settings.register_profile("lesson", derandomize=True, deadline=None, database=None)
settings.load_profile("lesson")
