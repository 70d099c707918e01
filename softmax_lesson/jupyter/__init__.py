"""What meets Jupyter: every command of `python -m softmax_lesson`, and what keeps saved pictures alive."""
