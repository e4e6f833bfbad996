"""`leadline scan`: static findings on a laptop and in a hook, without a server and without a warehouse."""
