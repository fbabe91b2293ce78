"""Where the full fonts for print lie: made by the build from the packages in `fonts.txt`."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2]


class FontsMissingError(RuntimeError):
    """The build has not put the fonts for print into place."""


def fonts_folder() -> Path:
    """The folder with every font that `fonts.txt` lists.

    A checkout has it at static/dist/fonts-print, an installed package at
    strategy/static/dist/fonts-print.
    raises  FontsMissingError where neither holds fonts
    """
    tried = [home / "static" / "dist" / "fonts-print" for home in (PACKAGE, PACKAGE.parent)]
    for folder in tried:
        if any(folder.glob("*.ttf")):
            return folder
    places = " or ".join(str(folder) for folder in tried)
    raise FontsMissingError(f"No fonts for print in {places}: build the static files first.")
