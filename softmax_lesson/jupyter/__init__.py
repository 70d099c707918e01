"""What meets the student's Jupyter: the doctor of the set-up, and what keeps saved pictures alive."""
