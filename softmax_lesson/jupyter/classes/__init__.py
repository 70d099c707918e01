"""Other classes of CIFAR-10 in the lesson: `python -m softmax_lesson classes cat dog ship --from FOLDER`.

`cutting` writes the sample, `measuring` finds what is asked of students with it, `sentences` lists what the
texts still say of the old one, and `command` does all of it. It works in a clone of the repository alone.
"""
