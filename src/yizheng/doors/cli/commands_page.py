"""The reference page of commands, drawn from the commands themselves: what they print with --help, in one place."""

import inspect
from collections.abc import Iterator
from pathlib import Path

import click

COMMANDS_PAGE = Path("docs") / "reference" / "commands.md"

_HEAD = """# Commands (命令)

Drawn from the code by `yizheng docs commands`; a test fails when this page is stale.

In a fresh clone type `./run COMMAND`; it makes the environment first. Inside the environment it is `yizheng COMMAND`.
`./run demo`, `./run test`, `./run lint` and `./run lock` are told by `./run` alone.

**Exit codes**, of every command: 0 done; 1 failed: stderr says in one sentence what was expected, what came and what to
do; 2 misused: the usage. Results go to stdout, everything else to stderr. Days are written `YYYY-MM-DD`, months
`YYYY-MM`. Every command has `-h`, `--help`. Settings come from the environment: [settings](settings.md).
"""


def commands_page(cli: click.Group) -> str:
    """The page, from the command tree."""
    context = click.Context(cli, info_name="yizheng")
    found = list(_walk(cli, context, "yizheng"))
    index = ["", "| command | does |", "|---|---|"]
    index += [f"| [`{name}`](#{_anchor(name)}) | {_summary(command)} |" for name, command, _ in found]
    parts = [_HEAD.rstrip("\n"), *index]
    for name, command, inner in found:
        parts += ["", *_section(name, command, inner)]
    return "\n".join(parts) + "\n"


def _walk(
    group: click.Group, context: click.Context, path: str
) -> Iterator[tuple[str, click.Command, click.Context]]:
    """Every command that does something, in the order of the work."""
    for word in group.list_commands(context):
        command = group.get_command(context, word)
        if command is None:
            continue
        name, inner = f"{path} {word}", click.Context(command, info_name=word, parent=context)
        if not isinstance(command, click.Group) or command.invoke_without_command:
            yield name, command, inner
        if isinstance(command, click.Group):
            yield from _walk(command, inner, name)


def _anchor(name: str) -> str:
    return name.replace(" ", "-")


def _paragraphs(command: click.Command) -> list[str]:
    """The help text in paragraphs, each on one line."""
    text = inspect.cleandoc(command.help or "")
    return [" ".join(paragraph.split()) for paragraph in text.split("\n\n")]


def _summary(command: click.Command) -> str:
    return _paragraphs(command)[0].partition(". ")[0].rstrip(".")


def _section(name: str, command: click.Command, context: click.Context) -> list[str]:
    usage = [
        piece for piece in command.collect_usage_pieces(context) if piece not in ("COMMAND", "[ARGS]...")
    ]
    told = [paragraph for paragraph in _paragraphs(command) if not paragraph.startswith("Example: ")]
    examples = [
        paragraph.removeprefix("Example: ")
        for paragraph in _paragraphs(command)
        if paragraph.startswith("Example: ")
    ]
    lines = [f"## {name}", "", "\n\n".join(told), "", "```", " ".join([name, *usage])]
    lines += [*(example for example in examples if example != name), "```"]
    options = [
        parameter
        for parameter in command.params
        if isinstance(parameter, click.Option) and "--help" not in parameter.opts
    ]
    if options:
        lines += ["", "| option | meaning | default |", "|---|---|---|"]
        lines += [_row(option, context) for option in options]
    return lines


def _row(option: click.Option, context: click.Context) -> str:
    value = "" if option.is_flag else f" {option.make_metavar(context)}"
    default = option.default if option.show_default and isinstance(option.default, str | int | Path) else ""
    if option.required:
        default = "**needed**"
    cells = (f"`{'`, `'.join(option.opts)}{value}`", option.help or "", str(default))
    return "| " + " | ".join(cell.replace("|", "\\|").replace(" RANGE", "") for cell in cells) + " |"
