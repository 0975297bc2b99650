"""`python -m partways`, for whoever has not told the terminal where `partways` is."""

from .cli import main

if __name__ == "__main__":
    main()
