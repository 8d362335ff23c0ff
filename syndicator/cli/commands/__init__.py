"""One file for each kind of command: what stands in one is a command of the program."""
