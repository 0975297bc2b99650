"""Where Chromium is, for the browser tests and the benches; as a script, installs it if need be."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")

# Beyond what headless needs: no sandbox as root, and no talk with the maker of the browser.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

MISSING = (
    "The browser tests need Chromium or Google Chrome. On Debian: sudo apt install chromium. "
    "Elsewhere install either, or name one: PARTWAYS_CHROMIUM=/path/to/chrome make test"
)


def find() -> str | None:
    """The path of a Chromium, or None. PARTWAYS_CHROMIUM is trusted and comes first."""
    named = os.environ.get("PARTWAYS_CHROMIUM")
    if named:
        return named
    for name in _NAMES:
        if found := shutil.which(name):
            return found
    if _MAC.exists():
        return str(_MAC)
    return None


def _install() -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"],
    ):
        # What fails here has said why; `main` then says what to do.
        subprocess.run(
            command,
            check=False,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )


def main() -> int:
    """Exit code 0 when there is a browser in the end."""
    if find() is None and sys.platform == "linux" and os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing chromium", file=sys.stderr)
        _install()
    if find() is None:
        print(MISSING, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
