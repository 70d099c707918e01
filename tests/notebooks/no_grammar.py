"""A plugin to be loaded before nbval: who reads a notebook loads jsonschema, and that builds a grammar of
addresses for 1.7 s in each process; no test asks for it."""

import sys

sys.modules.setdefault("rfc3987_syntax", None)
