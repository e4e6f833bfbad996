"""What is printed for the warehouse."""
