"""Hypothesis draws the same examples on every run and every machine, and never judges by the clock."""

from hypothesis import settings

settings.register_profile("long", max_examples=2000, deadline=None, database=None)  # of test_odd_arguments
settings.register_profile("lesson", derandomize=True, deadline=None, database=None)
settings.load_profile("lesson")


def pytest_terminal_summary(terminalreporter):
    """Print how many odd calls were made, on however many workers."""
    reports = terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
    calls = [dict(report.user_properties).get("odd calls", 0) for report in reports if report.when == "call"]
    if any(calls):
        failed = sum(1 for r in terminalreporter.getreports("failed") if "odd_arguments" in r.nodeid)
        terminalreporter.line(f"odd arguments: {sum(calls):,} calls, {failed} names that fail")
