"""For tests and nbval alike: nothing differs from run to run, and nothing of the user is touched."""

import os
import tempfile

os.environ["TQDM_DISABLE"] = "1"  # a progress bar appears or not, as fast as the machine is
os.environ["SOFTMAX_LESSON_HOME"] = tempfile.mkdtemp(prefix="softmax-lesson-")  # which exercises are done
os.environ["OPENBLAS_NUM_THREADS"] = "1"  # tests run side by side: more threads would wait for each other
