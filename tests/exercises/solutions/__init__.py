"""Right answers to the exercises, as different students would write them: one module a step.

Each module has SOLUTIONS = {exercise: (function, function, function, ...)}, three or more for each.
"""
