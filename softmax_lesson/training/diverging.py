"""When the numbers overflow: which argument is to blame, and what to try instead."""

import numpy as np

from softmax_lesson.regularisation import l2


def after_moves(overflow, step, options):
    """Return the error of a run whose moves led to numbers that overflow, at that step.

    L2 alone multiplies every weight by 1 - learning_rate * strength, so it diverges, whatever the examples,
    when the product is above 2. Then the larger of the two is to blame, else the learning rate.
    """
    rate, strength = options.learning_rate, options.strength
    if rate * strength > 2 and strength > rate:
        name, hint = "strength", f"Try a strength below {2 / rate:g}: above, every step makes W larger."
    else:
        name, hint = "learning_rate", f"Try a learning_rate below {rate:g}, or smaller features."
    return FloatingPointError(f"{name}: training diverged at step {step}: {overflow} {hint}")


def before_any_move(overflow, step, options, X, start, state):
    """Return the error of a run that cannot even measure where it begins: no rate can be the cause."""
    W = state.units.weights(state.V)
    largest = abs(W).max()
    if str(overflow).startswith("validation: "):
        name, hint = "validation", "Try smaller features there, or a smaller start."
    elif not np.isfinite(l2(state.V, options.strength)[0]) and options.strength > largest:
        name, hint = "strength", f"Try one below {options.strength:g}."
    elif start is not None and largest > abs(X).max():
        name, hint = "start", f"Try weights below {largest:.3g}."
    else:
        name, hint = "X", "Try smaller features."
    return FloatingPointError(f"{name}: at step {step}, before any move, {overflow} {hint}")
