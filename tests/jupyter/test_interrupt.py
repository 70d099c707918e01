"""Jupyter's square button while `train` runs, in a real kernel: the cell ends well and `history` is there."""

import signal

import numpy as np
import pytest
from jupyter_client.manager import start_new_kernel

from softmax_lesson.training import descent, train

LONG_RUN = """
from unittest import mock

import numpy as np
from softmax_lesson.training import descent, train

X = np.random.default_rng(0).integers(0, 256, (3000, 3073), np.uint8)
X[:, -1] = 1
y = np.arange(3000) % 10
real = descent.{place}

def telling(*arguments):
    print("here", flush=True)
    return real(*arguments)

with mock.patch.object(descent, "{place}", telling):
    history = train(X, y, batch=256, steps=10**6, standardise=True, learning_rate=0.001)
"""


PLACES = pytest.mark.parametrize("place", ["first_state", "loss_and_accuracy", "one_pass"])


@PLACES
def test_without_a_kernel_it_ends_well_too(place, monkeypatch):
    """What the kernel gets is this signal, and a kernel hears it as Python does by itself."""
    real, told = getattr(descent, place), []

    def telling(*arguments):
        if not told:
            told.append(place)
            signal.raise_signal(signal.SIGINT)
        return real(*arguments)

    monkeypatch.setattr(descent, place, telling)
    X = np.random.default_rng(0).integers(0, 256, (300, 49), np.uint8)
    X[:, -1] = 1
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        history = train(X, np.arange(300) % 10, batch=32, steps=10**6, standardise=True, learning_rate=0.001)
    finally:
        signal.signal(signal.SIGINT, before)
    assert told and "History of" in repr(history)


@pytest.fixture(scope="module")
def kernel():
    manager, client = start_new_kernel()
    yield manager, client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


@pytest.mark.long
@PLACES
def test_the_cell_ends_well(kernel, place):
    manager, client = kernel
    told = []

    def heard(message):
        if message["msg_type"] == "stream" and not told:
            told.append(message)
            manager.interrupt_kernel()

    reply = client.execute_interactive(LONG_RUN.format(place=place), output_hook=heard, timeout=300)
    assert reply["content"]["status"] == "ok"
    said = []
    client.execute_interactive("print(history)", output_hook=said.append, timeout=300)
    assert "History of" in "".join(m["content"]["text"] for m in said if m["msg_type"] == "stream")
