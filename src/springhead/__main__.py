"""`python -m springhead`: the command line."""

from springhead.cli.main import run

run()
