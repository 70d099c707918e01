"""What a class got wrong, on one page: `python -m softmax_lesson grade FOLDER`.

handed_in   finds the notebooks: flat, a folder a student, nbgrader's, Moodle's and Canvas' layouts, zips
notebooks   reads one: the code of its cells, what was predicted; runs nothing
answers     finds the answer to an exercise in a notebook's code, and what it needs of the other cells
jail        what the process of a notebook may not do
worker      a process that has the lesson loaded and forks one for each notebook
running     hands notebooks to workers, with an eye on the clock
results     what came out: by student, and what was kept of the last time
tables      the CSV files;  page, page.css, page.js: the page;  next.toml: what to say and to show
grade       the command
"""
