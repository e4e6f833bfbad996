"""Evidence that others recorded: known vulnerabilities, test verdicts, decisions of people, what is true."""
