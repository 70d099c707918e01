"""The wheel carries the notebooks as students get them: a hook of the build (`pyproject.toml`)."""

import sys
import tempfile
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WheelNotebooks(BuildHookInterface):
    """Adds the students' version of every notebook as softmax_lesson/notebooks."""

    def initialize(self, version, build_data):
        """Write the notebooks to a folder of our own, and have them taken from there."""
        if version == "editable":  # the clone has them
            return
        sys.path.insert(0, self.root)
        try:
            from softmax_lesson.jupyter.students_copy import write_copies
        finally:
            sys.path.remove(self.root)
        self.folder = tempfile.TemporaryDirectory()
        for path in write_copies(Path(self.root, "notebooks"), Path(self.folder.name)):
            build_data["force_include"][str(path)] = f"softmax_lesson/notebooks/{path.name}"

    def finalize(self, version, build_data, artifact_path):
        """Leave nothing behind."""
        if version != "editable":
            self.folder.cleanup()
