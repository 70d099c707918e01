"""Right answers to the exercises of step 01."""

import numpy as np


def bias_column_list(X):
    return [[*row, 1] for row in X]


def bias_column_filled(X):
    answer = np.empty((X.shape[0], X.shape[1] + 1))
    answer[:, :-1] = X
    answer[:, -1] = 1
    return answer


def bias_column_padded(X):
    return np.pad(X, ((0, 0), (0, 1)), constant_values=1)


def bias_column_float32(X):
    return np.hstack([X.astype(np.float32), np.ones((len(X), 1), np.float32)])


def bias_column_c(X):
    return np.c_[X, np.ones(len(X))]


def centred_loop(X):
    N, D = X.shape
    answer = np.ones((N, D + 1))
    for d in range(D):
        column = X[:, d].astype(float)
        answer[:, d] = (column - column.sum() / N) / 255
    return answer


def centred_scaled_first(X):
    scaled = X / 255
    return np.column_stack([scaled - np.mean(scaled, axis=0), np.ones(len(X))])


def centred_float32(X):
    pixels = X.astype(np.float32)
    pixels -= pixels.mean(axis=0)
    pixels /= 255
    return np.append(pixels, np.ones((len(X), 1), np.float32), axis=1)


def centred_bias_kept(X):
    with_bias = np.c_[X.astype(float), np.ones(len(X))]
    with_bias[:, :-1] = (with_bias[:, :-1] - with_bias[:, :-1].mean(0)) / 255
    return with_bias


def scores_list(W, X):
    return [[sum(w * v for w, v in zip(row, x, strict=True)) for row in W.tolist()] for x in X.tolist()]


def scores_product(W, X):
    return X @ W.T


def scores_einsum(W, X):
    return np.einsum("cd,nd->nc", W, X)


def scores_transposed(W, X):
    return np.dot(W, X.T).T


def scores_float32(W, X):
    return X.astype(np.float32) @ W.astype(np.float32).T


def scores_row_by_row(W, X):
    return np.array([W @ x for x in X])


def planar_loop(row):
    picture = np.zeros((32, 32, 3), dtype=np.uint8)
    for i in range(32):
        for j in range(32):
            for colour in range(3):
                picture[i, j, colour] = row[1024 * colour + 32 * i + j]
    return picture


def planar_stacked(row):
    red, green, blue = row[:1024], row[1024:2048], row[2048:]
    return np.stack([colour.reshape(32, 32) for colour in (red, green, blue)], axis=-1)


def planar_moved(row):
    return np.moveaxis(np.reshape(row, (3, 32, 32)), 0, -1)


def planar_fortran(row):
    return row.reshape(32, 32, 3, order="F").swapaxes(0, 1)


def planar_list(row):
    return np.array(row).reshape(3, 1024).T.reshape(32, 32, 3).tolist()


def bias_column_inserted(X):
    return np.insert(X, X.shape[1], 1, axis=1)


def centred_by_a_matrix(X):
    N = len(X)
    centring = np.eye(N) - np.ones((N, N)) / N
    return np.hstack([centring @ X / 255, np.ones((N, 1))])


def scores_tensordot(W, X):
    return np.tensordot(X, W, axes=([1], [1]))


def scores_class_by_class(W, X):
    return np.stack([(X * w).sum(axis=1) for w in W], axis=1)


def planar_zipped(row):
    return np.array(list(zip(row[:1024], row[1024:2048], row[2048:], strict=True))).reshape(32, 32, 3)


SOLUTIONS = {
    "bias_column": (
        bias_column_list,
        bias_column_filled,
        bias_column_padded,
        bias_column_float32,
        bias_column_c,
        bias_column_inserted,
    ),
    "centred_with_bias": (
        centred_loop,
        centred_scaled_first,
        centred_float32,
        centred_bias_kept,
        centred_by_a_matrix,
    ),
    "scores_by_hand": (
        scores_list,
        scores_product,
        scores_einsum,
        scores_transposed,
        scores_float32,
        scores_row_by_row,
        scores_tensordot,
        scores_class_by_class,
    ),
    "planar_to_picture": (
        planar_loop,
        planar_stacked,
        planar_moved,
        planar_fortran,
        planar_list,
        planar_zipped,
    ),
}
