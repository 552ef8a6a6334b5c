"""The command line: one file per verb, and the tour. Commands are imported only when they are called."""
