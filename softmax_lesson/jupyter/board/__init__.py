"""The room, now: `python -m softmax_lesson board`, one live page for the projector and one for the teacher.

heard       an event as it is accepted: what has another form is refused, what is not expected is left out
files       the events on the disk: what arrives is appended, and a shared folder is followed
tally       what the pages show, counted from the events
server      the addresses: where students' kernels send to, the two pages, what keeps them up to date
pages       the two pages;  *.mjs, board.css: their scripts and their style
command     the command

What sends the events stands in `softmax_lesson/exercises/engine/`, `events` and `outbox`.
"""
