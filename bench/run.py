"""Every benchmark that needs nothing but Python, one after the other: `make bench`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
BENCHES = (
    "redline.py", "merging.py", "pdf.py", "packet.py", "pages.py", "board.py", "live/opening.py",
)  # fmt: skip


def main() -> None:
    """Run them; the live one needs its peer, see README.md."""
    for name in BENCHES:
        print(f"== {name}", flush=True)
        subprocess.run([sys.executable, str(HERE / name)], cwd=HERE.parent, check=True)


if __name__ == "__main__":
    main()
