"""While it runs: a progress bar, and an interrupt that loses nothing."""

import os
import signal
import sys
import threading
from contextlib import contextmanager

if sys.platform == "emscripten":  # in a browser tqdm would not know that it is in a notebook
    from tqdm.notebook import tqdm
else:
    from tqdm.auto import tqdm


class Bar(tqdm):
    """A progress bar without a thread to watch over it: in a browser's Python none can start."""

    monitor_interval = 0


@contextmanager
def progress_bar(done, steps):
    """Show how many of `steps` are done, in a run that takes seconds, unless TQDM_DISABLE says not to."""
    bar = Bar(
        initial=done,
        total=max(done, steps),
        desc="training",
        unit="step",
        delay=2,  # seconds: a shorter run shows nothing
        miniters=1,
        leave=False,
        disable=bool(os.environ.get("TQDM_DISABLE")),  # tqdm's own switch, which its notebook form overlooks
    )
    try:
        yield bar
    finally:
        bar.total = bar.n  # a run may end early; a bar that is short of its total stays, in red
        bar.close()


class Interrupt:
    """Ctrl-C, or Jupyter's square button: noted at once, and looked at between two moves.

    So nothing is left half done. A second one interrupts at once, as ever.
    """

    came = False

    def __enter__(self):
        """Take the first interrupt. Only the main thread of a program is ever interrupted."""
        self.usual = signal.getsignal(signal.SIGINT)
        in_main = threading.current_thread() is threading.main_thread()
        self.watching = in_main and callable(self.usual)  # a program may have chosen to hear none
        if self.watching:
            signal.signal(signal.SIGINT, self.note)
        return self

    def note(self, *_):
        """Note the interrupt, and leave the next one to what usually follows."""
        self.came = True
        signal.signal(signal.SIGINT, self.usual)

    def __exit__(self, *_):
        """Leave all interrupts to what usually follows."""
        if self.watching:
            signal.signal(signal.SIGINT, self.usual)
