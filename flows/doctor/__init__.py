"""`leadline doctor`: is everything in place, and do the traces tell what correlation needs to know."""
