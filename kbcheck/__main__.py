"""`python -m kbcheck`: the same program as the console script."""

from kbcheck.cli import main

main()
