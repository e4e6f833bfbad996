"""How much is shown at once."""

A_WEEK_OF_HOURS = "24 * 7"


def longest() -> int:
    return eval(A_WEEK_OF_HOURS)
