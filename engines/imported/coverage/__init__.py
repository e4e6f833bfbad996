"""Coverage reports: which lines of the code tests ran, as "this function was reached by that test"."""
