"""The command line: what people and cron start.

`vorlauf serve` and `vorlauf work` become another program: they need nothing of the commands that
work on the database, and those are loaded only when one of them is asked for.
"""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from importlib import import_module
from importlib.metadata import version as installed_version

import click

from strategy.settings import Settings


class _Loaded(click.Group):
    """A group whose other commands are loaded when they are needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all."""
        return sorted((*self.commands, *_others().commands))

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """One of them."""
        return self.commands.get(name) or _others().commands.get(name)


def _others() -> click.Group:
    group: click.Group = import_module("strategy.commands").main
    return group


@click.group(cls=_Loaded, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(installed_version("vorlauf"), prog_name="vorlauf")
def main() -> None:
    """Vorlauf: a board's working papers, drafted together long before the session."""


@main.command()
@click.option("--host", help="Address to listen on (VORLAUF_HOST).")
@click.option("--port", type=int, help="Port to listen on (VORLAUF_PORT).")
def serve(host: str | None, port: int | None) -> None:
    """Serve the pages and the live connections, and do the jobs."""
    given = asdict(Settings.from_env())
    given |= {"host": host} if host else {}
    given |= {"port": str(port)} if port else {}
    variables = {f"VORLAUF_{name.upper()}": value for name, value in given.items()}
    sys.stdout.flush()
    sys.stderr.flush()
    # A process of its own from the start: see strategy.serve.
    command = [sys.executable, "-m", "strategy.serve"]
    os.execve(sys.executable, command, {**os.environ, **variables})  # noqa: S606


@main.command()
def work() -> None:
    """Do the jobs only: mails, long exports and packets, beside a server or on another machine."""
    import_module("strategy.work").run(Settings.from_env())


if __name__ == "__main__":
    main()
