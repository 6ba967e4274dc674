"""`python -m cvwidgets` is the command `cvwidgets`."""

from cvwidgets.cli import main

if __name__ == "__main__":
    main()
