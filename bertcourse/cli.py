"""The course from the command line: `python -m bertcourse lab · doctor · progress`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import suppress

from bertcourse.lab import PORT, LabError, open_lab, use_folder

# Nothing else is imported up here: `--help` and `doctor` also answer where packages are missing.


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 if all went well."""
    # A console that knows only Latin letters gets a question mark instead of a traceback.
    with suppress(AttributeError, ValueError):
        sys.stdout.reconfigure(errors="replace")
    parser = build_parser()
    options = parser.parse_args(arguments)
    if options.run is None:
        parser.print_help()
        return 0
    return options.run(options)


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bertcourse",
        description="Build BERT yourself, week by week.",
        epilog="Something does not work? Start with: python -m bertcourse doctor",
    )
    parser.set_defaults(run=None)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    add_lab(commands)
    add_command(commands, "doctor", doctor, "what works on this computer, and how to mend the rest")
    add_command(commands, "progress", progress, "which exercises you have solved, week by week")
    return parser


def add_command(commands, name: str, run, description: str) -> argparse.ArgumentParser:
    command = commands.add_parser(
        name, help=description, description=description[0].upper() + description[1:] + "."
    )
    command.set_defaults(run=run)
    command.add_argument(
        "--folder", help="where your copy of the notebooks lives (default: my_course)"
    )
    return command


def add_lab(commands) -> None:
    command = add_command(commands, "lab", lab, "open the course in JupyterLab")
    command.add_argument(
        "--port", type=int, default=PORT, help="the port to use; a taken one moves on to the next"
    )
    command.add_argument(
        "--no-browser",
        action="store_true",
        help="print the address instead of opening it (so too where there is no display)",
    )


def lab(options: argparse.Namespace) -> int:
    try:
        open_lab(options.folder, options.port, browser=False if options.no_browser else None)
    except LabError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130  # Ctrl-C before JupyterLab was up, which from then on sees to it itself
    return 0


def doctor(options: argparse.Namespace) -> int:
    from bertcourse.doctor import examine, report

    use_folder(options.folder)
    findings = examine()
    print(report(findings, sys.stdout.encoding))
    return 1 if any(finding.is_problem for finding in findings) else 0


def progress(options: argparse.Namespace) -> int:
    from bertcourse.exercises import progress as table

    use_folder(options.folder)
    print(table())
    return 0
