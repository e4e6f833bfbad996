"""How much of an expression is written down, whatever the source holds."""

MAX_DEPTH = 40  # levels
MAX_ELEMENTS = 200  # arguments, elements, entries
MAX_TERMS = 60  # of one sum
MAX_OTHER = 80  # characters of what nothing is known of
