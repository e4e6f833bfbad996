"""One file of source → its facts: what it defines, imports, assigns and calls, whatever the language."""
