"""LibreOffice without a window, as an editor of our files: it opens, changes and saves them.

A macro in a profile of its own (libreoffice.bas) reads jobs, one line each; no Python of
LibreOffice's is needed.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

SOFFICE = shutil.which("soffice")
FILTERS = {"docx": "MS Word 2007 XML", "odt": "writer8"}
LONGEST = 120
"""Seconds that one start may take."""

Edit = tuple[str, ...]
"""An act, the whole paragraph that it changes, and what the act needs:

("replace", paragraph, words, new words) · ("append", paragraph, words) · ("prepend", …)
("split", paragraph, the words that begin the second) · ("join", paragraph) with the next one
("bold", paragraph, words) · ("comment", paragraph, words, text, author)
("item", paragraph, words)
"""

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_KIND = '<!DOCTYPE {0}:{1} PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "{1}.dtd">\n'
_LIBRARY = 'xmlns:library="http://openoffice.org/2000/library"'
_NAME = "/org.openoffice.UserProfile/Data"


def edited(
    files: Sequence[tuple[Path, Path, Sequence[Edit], bool]], folder: Path, author: str
) -> list[str]:
    """Let LibreOffice change files and save each under another name; what it says, line by line.

    files    source, target, edits, whether changes are tracked
    folder   an empty one, for the profile and the job
    author   first and last name of who tracks changes
    """
    profile = _profile(folder / "profile", *author.split())
    job = folder / "job"
    lines: list[Sequence[str]] = []
    for source, target, edits, tracked in files:
        lines.append(("open", source.as_uri()))
        lines.append(("track", "on" if tracked else "off"))
        lines += [(act, *map(_ascii, rest)) for act, *rest in edits]
        lines += [("save", target.as_uri(), FILTERS[target.suffix[1:]]), ("close",)]
    job.write_text("".join("\t".join(line) + "\n" for line in lines))
    _start(profile, f'macro:///Standard.Module1.Run("{job}")')
    return (folder / "job.log").read_text().splitlines()


def _start(profile: Path, *what: str) -> None:
    command = [str(SOFFICE), f"-env:UserInstallation={profile.as_uri()}", "--headless"]
    command += ["--norestore", *what]
    subprocess.run(command, capture_output=True, timeout=LONGEST, check=False)


def _ascii(said: str) -> str:
    return "".join(
        sign if 32 <= ord(sign) < 127 and sign != "%" else f"%u{ord(sign):04X}" for sign in said
    )


def _profile(folder: Path, first: str, last: str) -> Path:
    """A new profile with the macro: the first start would put empty libraries in its place."""
    basic = folder / "user" / "basic"
    (basic / "Standard").mkdir(parents=True)
    settings = "".join(
        f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for path, name, value in (
            (_NAME, "givenname", first),
            (_NAME, "sn", last),
            ("/org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "0"),
        )
    )
    (folder / "user" / "registrymodifications.xcu").write_text(
        f'{_HEAD}<oor:items xmlns:oor="http://openoffice.org/2001/registry">{settings}</oor:items>'
    )
    _start(folder, "--terminate_after_init")
    for kind, inside in (
        ("script", '<library:element library:name="Module1"/>'),
        ("dialog", ""),
    ):
        (basic / f"{kind}.xlc").write_text(
            f'{_HEAD}{_KIND.format("library", "libraries")}<library:libraries {_LIBRARY} xmlns:xlink="http://www.w3.org/1999/xlink">'
            f'<library:library library:name="Standard" library:link="false"'
            f' xlink:href="$(USER)/basic/Standard/{kind}.xlb/" xlink:type="simple"/>'
            "</library:libraries>"
        )
        (basic / "Standard" / f"{kind}.xlb").write_text(
            f"{_HEAD}{_KIND.format('library', 'library')}<library:library {_LIBRARY}"
            f' library:name="Standard" library:readonly="false"'
            f' library:passwordprotected="false">{inside}</library:library>'
        )
    macro = Path(__file__).with_suffix(".bas").read_text()
    (basic / "Standard" / "Module1.xba").write_text(
        f'{_HEAD}{_KIND.format("script", "module")}<script:module xmlns:script="http://openoffice.org/2000/script"'
        f' script:name="Module1" script:language="StarBasic">{escape(macro)}</script:module>'
    )
    return folder
