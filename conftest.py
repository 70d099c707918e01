"""For tests and for nbval alike: nothing that differs from run to run, and nothing of the user's is touched."""

import os
import tempfile

os.environ["TQDM_DISABLE"] = "1"  # a progress bar appears or not, as fast as the machine is
os.environ["SOFTMAX_LESSON_HOME"] = tempfile.mkdtemp(prefix="softmax-lesson-")  # which exercises are done
