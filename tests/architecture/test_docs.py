"""The documentation cannot lie where a test can tell: links, commands, files, words, examples, and drawn pages."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from enum import Enum
from pathlib import Path

import click
import pytest

from yizheng.adapters.agency_files.agency import load_agency
from yizheng.doors.cli.commands_page import COMMANDS_PAGE, commands_page
from yizheng.doors.cli.main import COMMANDS, cli
from yizheng.rooms.access.data import ROLES
from yizheng.rooms.casework.data import CaseState, Loss, Outcome
from yizheng.rooms.certification.data import Reason, Result, Unit
from yizheng.rooms.comparison.tail.data import Method
from yizheng.rooms.corrections.data import Answer, RowState
from yizheng.rooms.entitlements.data import BenefitType, Group
from yizheng.rooms.entitlements.pay_states import PayState
from yizheng.rooms.evidence.data import Health, LinkState, Polarity, Strength
from yizheng.rooms.notices.data import MessageState
from yizheng.rooms.payments.data import HoldReason, PauseListState, PayKind
from yizheng.rooms.quality.data import Check, Grade, Problem

ROOT = Path(__file__).parents[2]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
STILL_TO_COME = {"docs/reference/mapping-files.md"}
"""Written by other hands, and looked at as soon as they are there."""


def pages() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return [ROOT / name for name in listed if (ROOT / name).is_file()]


def text(page: Path | str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", FENCE.sub("", text(page)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def names(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", pages(), ids=names)
def test_every_link_leads_somewhere(page: Path) -> None:
    lost = []
    for target in LINK.findall(FENCE.sub("", text(page))):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        found = (page.parent / name).resolve() if name else page
        if names(found) in STILL_TO_COME and not found.exists():
            continue
        if not found.exists() or (anchor and anchor not in anchors(found)):
            lost.append(target)
    assert lost == []


@pytest.mark.parametrize("page", pages(), ids=names)
def test_every_file_that_a_page_names_exists(page: Path) -> None:
    """Paths in backticks: `src/...`, `tests/...`, and those of the product's own folders from inside src/yizheng."""
    lost = []
    for name in re.findall(r"`([\w./-]+/[\w./-]*)`", FENCE.sub("", text(page))):
        first = name.split("/")[0]
        if first in ("src", "tests", "docs", "agencies"):
            found = ROOT / name
        elif first in ("rooms", "flows", "doors", "adapters", "kernel"):
            found = ROOT / "src" / "yizheng" / name
        else:
            continue
        if not found.exists() and not found.with_suffix(".py").exists():
            lost.append(name)
    assert lost == []


def command_paths() -> set[str]:
    """Every command with its words, groups included: `certify`, `feed`, `feed import` ..."""

    def below(group: click.Group, context: click.Context, before: str) -> Iterator[str]:
        for word in group.list_commands(context):
            command = group.get_command(context, word)
            assert command is not None
            path = f"{before} {word}".strip()
            yield path
            if isinstance(command, click.Group):
                yield from below(command, click.Context(command, parent=context), path)

    return set(below(cli, click.Context(cli), ""))


def in_code(page: Path | str) -> str:
    """The parts of a page that are typed: fenced blocks and backticks."""
    whole = text(page)
    return "\n".join([*FENCE.findall(whole), *re.findall(r"`[^`\n]+`", FENCE.sub("", whole))])


@pytest.mark.parametrize("page", pages(), ids=names)
def test_every_command_that_is_named_exists(page: Path) -> None:
    known = command_paths()
    groups = {path for path in known if any(other.startswith(f"{path} ") for other in known)}
    unknown = []
    for words in re.findall(
        r"(?:(?<![\w/.-])yizheng|\./run(?: yizheng)?) ([a-z-]+(?: [a-z-]+)?)", in_code(page)
    ):
        first, _, second = words.partition(" ")
        if first in ("test", "bench", "lint", "lock", "yizheng") or first.startswith("-"):
            continue
        if first not in known or (first in groups and second and not second.startswith("-")):
            path = words if first in known else first
            if path not in known:
                unknown.append(words)
    assert unknown == []


def test_both_readmes_name_the_same_commands() -> None:
    def named(page: str) -> set[str]:
        return set(re.findall(r"^\./run \w+", text(page), re.MULTILINE))

    assert {"./run demo", "./run test"} <= named("README.md")
    assert named("README.md") <= named("README.zh.md")
    options = {page: set(re.findall(r"`(--[a-z-]+)", text(page))) for page in ("README.md", "README.zh.md")}
    assert options["README.md"] - {"--help"} == options["README.zh.md"] - {"--help"}


def test_both_readmes_show_the_demo_logins_that_exist() -> None:
    accounts = load_agency(ROOT / "agencies" / "demo").demo_accounts
    for page in ("README.md", "README.zh.md"):
        for account in accounts:
            assert account["username"] in text(page)
            assert account["password"] in text(page)


def test_commands_page_is_fresh() -> None:
    """Run `yizheng docs commands` where this fails."""
    assert text(COMMANDS_PAGE) == commands_page(cli)


def test_every_command_has_an_example() -> None:
    silent = [word for word in COMMANDS if f"yizheng {word}" not in text(COMMANDS_PAGE)]
    assert silent == []


FORBIDDEN = re.compile(
    r"/work/|/root/|/home/\w|pypi\.org|registry\.npmjs|\bissue \d|#\d+\b(?!;)|\bsession \d|subagent",
    re.IGNORECASE,
)


@pytest.mark.parametrize("page", pages(), ids=names)
def test_pages_speak_of_the_product_alone(page: Path) -> None:
    prose = re.sub(r"https?://\S+", "", text(page))
    assert [line for line in prose.splitlines() if FORBIDDEN.search(line)] == []


CODES: tuple[type[Enum], ...] = (
    CaseState,
    Loss,
    Outcome,
    Reason,
    Unit,
    BenefitType,
    Health,
    LinkState,
    Method,
    Polarity,
    Strength,
    Grade,
    Check,
    Problem,
    RowState,
    Answer,
    MessageState,
    HoldReason,
    PauseListState,
)


def test_glossary_knows_every_code_of_the_work() -> None:
    words = {str(member.value) for kind in CODES for member in kind}
    words |= {member.name.lower() for kind in (Result, PayState, PayKind, Group) for member in kind}
    words |= {role.code for role in ROLES}
    words |= {source.key for source in load_agency(ROOT / "agencies" / "demo").sources}
    page = text("docs/glossary.md")
    assert sorted(word for word in words if not re.search(rf"(?<!\w){word}(?!\w)", page)) == []


def test_glossary_is_in_order() -> None:
    first = text("docs/glossary.md").split("\n## ")[0]
    terms = [
        term.lower() for term in re.findall(r"^\| ([^|]+?) \|", first, re.MULTILINE)[1:] if term != "---"
    ]
    assert terms == sorted(terms)


def test_export_and_evidence_pages_name_every_code() -> None:
    export, kinds = text("docs/reference/results-export.md"), text("docs/reference/evidence.md")
    assert [reason.value for reason in Reason if f"`{reason.value}`" not in export] == []
    demo = load_agency(ROOT / "agencies" / "demo")
    rows = [
        f"| {kind.no} | {kind.key} | {kind.name} | {kind.source} | {kind.polarity.value} |"
        for kind in demo.evidence_rules.kinds
    ]
    assert [row for row in rows if row not in kinds] == []


def yaml_blocks(page: str) -> list[str]:
    return re.findall(r"^```yaml\n(.*?)^```", text(page), re.MULTILINE | re.DOTALL)


def test_examples_of_sources_and_policies_load(tmp_path: Path) -> None:
    agency = tmp_path / "agency"
    shutil.copytree(ROOT / "agencies" / "demo", agency)
    source, kind = yaml_blocks("docs/how-to/add-a-source.md")
    (agency / "sources" / "meals.yaml").write_text(source, encoding="utf-8")
    with (agency / "evidence.yaml").open("a", encoding="utf-8") as rules:
        rules.write(kind)
    (agency / "policies" / "new.yaml").write_text(
        *yaml_blocks("docs/how-to/change-a-policy.md"), encoding="utf-8"
    )
    loaded = load_agency(agency)
    assert loaded.source("meals").owner == "市民政局"
    versions = [policy for policy in loaded.policies if policy.key == "city-residents"]
    assert [policy.cycle.length_months for policy in versions] == [12, 6]
    assert versions[0].until_day == versions[1].from_day
