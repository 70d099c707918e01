"""Right answers to the exercises of step 08."""

import numpy as np

from softmax_lesson import many_examples, training


def step_by_loops(W, gradient, learning_rate):
    new = np.array(W, dtype=float)
    for place, slope in np.ndenumerate(gradient):
        new[place] -= learning_rate * slope
    return new


def step_float32(W, gradient, learning_rate):
    return W.astype(np.float32) + np.float32(-learning_rate) * gradient.astype(np.float32)


def step_lists(W, gradient, learning_rate):
    return [
        [w - learning_rate * g for w, g in zip(ws, gs, strict=True)]
        for ws, gs in zip(W.tolist(), gradient.tolist(), strict=True)
    ]


def step_by_moving_a_copy(W, gradient, learning_rate):
    moved = W.astype(float)
    moved -= learning_rate * gradient
    return moved


def stopping_with_a_count(losses, patience):
    smallest, best, waited = float("inf"), 0, 0
    for step, loss in enumerate(losses):
        waited += 1
        if loss < smallest:
            smallest, best, waited = loss, step, 0
        if waited == patience:
            return best
    return best


def stopping_without_a_loop(losses, patience):
    smallest = np.minimum.accumulate(losses)
    steps = np.arange(len(losses))
    new = np.append(True, losses[1:] < smallest[:-1])
    since = steps - np.maximum.accumulate(np.where(new, steps, 0))
    over = np.flatnonzero(since >= patience)
    seen = losses[: over[0] + 1] if len(over) else losses
    return np.argmin(seen)


def stopping_by_windows(losses, patience):
    best = 0
    while min(losses[best + 1 : best + 1 + patience], default=np.inf) < losses[best]:
        ahead = losses[best + 1 : best + 1 + patience].tolist()
        best += 1 + next(i for i, loss in enumerate(ahead) if loss < losses[best])
    return best


def stopping_counts_from_step_1(losses, patience):
    best, waited = 0, 0
    for step in range(1, len(losses)):
        waited += 1
        if losses[step] < losses[best]:
            best, waited = step, 0
        if waited >= patience:
            break
    return best


def stopping_by_itself_again(losses, patience, best=0):
    for step, loss in enumerate(losses[best + 1 : best + 1 + patience], start=best + 1):
        if loss < losses[best]:
            return stopping_by_itself_again(losses, patience, step)
    return best


def stopping_float(losses, patience):
    return float(stopping_with_a_count(losses.astype(np.float32).tolist(), patience))


def learn_by_package(X, y):
    return training.train(X, y, learning_rate=0.5, steps=100, keep_every=100).final


def learn_by_least_squares(X, y):
    gram = X.T @ X + 20 * np.eye(X.shape[1])
    return np.linalg.solve(gram, X.T @ np.eye(3)[y]).T


def learn_one_by_one(X, y):
    W = np.zeros((3, X.shape[1]))
    for _ in range(4):
        for x, label in zip(X, y, strict=True):
            p = np.exp(W @ x)
            p /= p.sum()
            p[label] -= 1
            W -= 0.02 * np.outer(p, x)
    return W


def learn_with_float32_and_momentum(X, y):
    X = X.astype(np.float32)
    W = speed = np.zeros((3, X.shape[1]), np.float32)
    for _ in range(60):
        P = np.exp(X @ W.T)
        P /= P.sum(axis=1, keepdims=True)
        P[np.arange(len(y)), y] -= 1
        speed = np.float32(0.9) * speed - np.float32(0.1 / len(X)) * P.T @ X
        W = W + speed
    return W


def learn_from_a_random_start(X, y):
    W = np.random.default_rng().normal(0, 0.01, size=(3, X.shape[1]))
    for _ in range(100):
        W = training.descent_step(W, many_examples.loss_and_gradient(W, X, y)[1], 0.3)
    return W


SOLUTIONS = {
    "descent_step": (step_by_loops, step_float32, step_lists, step_by_moving_a_copy),
    "early_stopping": (
        stopping_with_a_count,
        stopping_without_a_loop,
        stopping_by_windows,
        stopping_counts_from_step_1,
        stopping_by_itself_again,
        stopping_float,
    ),
    "learn": (
        learn_by_package,
        learn_by_least_squares,
        learn_one_by_one,
        learn_with_float32_and_momentum,
        learn_from_a_random_start,
    ),
}
