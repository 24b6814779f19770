"""One agency's folder as one value: `load_agency`.

| file | what it holds |
|---|---|
| agency.yaml | key, name, phone, region code, demo accounts |
| regions.csv | code, name: the regions that benefits lie in |
| sources/*.yaml | one department's feed each (`evidence.data.Source`) |
| evidence.yaml | the evidence rules (`evidence.data.EvidenceRules`) |
| calendar.yaml | the yearly notices of working days (`calendar.data.WorkCalendar`); may be left out |
| quality.yaml | what is known of the departments' work (`quality.data.QualityRules`); may be left out |
| roster.yaml | how the roster's columns are found (`evidence.data.Column` by field) |
| roster_limits.yaml | what a roster may change of many at once (`entitlements.data.RosterLimits`); may be left out |
| pay_limits.yaml | what a pay run may pay by itself (`payments.data.PayLimits`); may be left out |
| policies/*.yaml | a list of policies each (`certification.data.Policy`), versioned by `from_day` |
| mandates.yaml | limits and days of acting for another (`mandates.data.MandateRules`); may be left out |
| risk.yaml | signals, points and what each act asks for (`risk.table.RiskTable`); may be left out |
| sign_in.yaml | how fast people may try to sign in (`access.data.SignInRules`); may be left out |
| networks.csv | network, place: coarse places of networks; may be left out |
| biometrics.yaml | how faces are compared (`biometrics.face_terms.BiometricsRules`); may be left out |
| cases/*.yaml, outcomes.yaml | kinds of cases and how they may end (`casework.data.CaseRules`) |
| letters/*.yaml | texts of notices by template: `zh` and `en` |
| suppliers.yaml | who supplies what from outside; read by `wiring.suppliers`; may be left out |

The rule that always holds: an Agency that exists is whole. Every name that one file uses of another has been
found, and a wrong file is a Refused that names the file, the place and what to do.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from yizheng.adapters.agency_files import checks
from yizheng.adapters.agency_files.case_kinds import read_case_rules
from yizheng.adapters.agency_files.letters import Letter
from yizheng.adapters.agency_files.networks import NetworkTable, read_networks
from yizheng.adapters.agency_files.why import Why
from yizheng.adapters.agency_files.yaml_files import read_yaml
from yizheng.kernel.errors import Refused
from yizheng.rooms.access.data import SignInRules
from yizheng.rooms.biometrics.face_terms import BiometricsRules
from yizheng.rooms.calendar.data import WorkCalendar
from yizheng.rooms.casework.data import CaseRules
from yizheng.rooms.certification.data import Policy, Rulebook
from yizheng.rooms.entitlements.data import RosterLimits
from yizheng.rooms.evidence.data import Column, EvidenceRules, Source
from yizheng.rooms.mandates.data import MandateRules
from yizheng.rooms.payments.data import PayLimits
from yizheng.rooms.quality.data import QualityRules
from yizheng.rooms.risk.data import RiskTable

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyFile:
    """What `agency.yaml` holds. `region` is the prefix of the region codes that the agency answers for."""

    key: str
    name: str
    phone: str
    region: str
    name_en: str = ""
    demo_accounts: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """An agency's whole world as data, checked across its files."""

    key: str
    name: str
    phone: str
    region: str
    name_en: str
    regions: dict[str, str]
    sources: tuple[Source, ...]
    evidence_rules: EvidenceRules
    policies: tuple[Policy, ...]
    roster_columns: dict[str, Column]
    roster_limits: RosterLimits
    pay_limits: PayLimits
    letters: dict[str, Letter]
    case_rules: CaseRules
    demo_accounts: tuple[dict[str, str], ...] = field(repr=False)
    calendar: WorkCalendar
    quality_rules: QualityRules
    biometrics: BiometricsRules
    mandates: MandateRules
    risk: RiskTable
    sign_in: SignInRules
    networks: NetworkTable = field(repr=False)

    @property
    def rulebook(self) -> Rulebook:
        """What people are judged by."""
        return Rulebook(policies=self.policies, rules=self.evidence_rules, sources=self.sources)

    def source(self, key: str) -> Source:
        """The source of that key. Raises Refused with the keys that exist."""
        for source in self.sources:
            if source.key == key:
                return source
        raise Refused(
            Why.SOURCE_UNKNOWN,
            source=key,
            agency=self.name,
            known=tuple(source.key for source in self.sources),
        )


def load_agency(folder: Path) -> Agency:
    """Read and check an agency's folder. Raises Refused naming the file and the place."""
    head = read_yaml(folder / "agency.yaml", AgencyFile)
    sources = tuple(read_yaml(path, Source) for path in _files(folder / "sources"))
    rules = read_yaml(folder / "evidence.yaml", EvidenceRules)
    policies = checks.versions_in_order(
        [policy for path in _files(folder / "policies") for policy in read_yaml(path, tuple[Policy, ...])]
    )
    roster_columns = read_yaml(folder / "roster.yaml", dict[str, Column])
    letters: dict[str, Letter] = {}
    for path in _files(folder / "letters"):
        for template, letter in read_yaml(path, dict[str, Letter]).items():
            if template in letters:
                raise Refused(Why.TEMPLATE_TWICE, file=path, template=template)
            letters[template] = letter
    calendar = _may_be_left_out(folder / "calendar.yaml", WorkCalendar)
    quality_rules = _may_be_left_out(folder / "quality.yaml", QualityRules)
    checks.check_sources(folder, sources, rules)
    checks.check_quality(folder, quality_rules, sources)
    checks.check_roster(folder, roster_columns)
    return Agency(
        key=head.key,
        name=head.name,
        phone=head.phone,
        region=head.region,
        name_en=head.name_en or head.name,
        regions=_regions(folder / "regions.csv"),
        sources=sources,
        evidence_rules=rules,
        policies=policies,
        roster_columns=roster_columns,
        roster_limits=_may_be_left_out(folder / "roster_limits.yaml", RosterLimits),
        pay_limits=_may_be_left_out(folder / "pay_limits.yaml", PayLimits),
        letters=letters,
        case_rules=read_case_rules(folder, calendar=calendar, letters=letters),
        demo_accounts=head.demo_accounts,
        calendar=calendar,
        quality_rules=replace(quality_rules, calendar=calendar),
        biometrics=_may_be_left_out(folder / "biometrics.yaml", BiometricsRules),
        mandates=_may_be_left_out(folder / "mandates.yaml", MandateRules),
        risk=_may_be_left_out(folder / "risk.yaml", RiskTable),
        sign_in=_may_be_left_out(folder / "sign_in.yaml", SignInRules),
        networks=read_networks(folder / "networks.csv"),
    )


def _may_be_left_out(path: Path, kind: type[T]) -> T:
    """What the file holds; as it is by itself where there is no such file."""
    return read_yaml(path, kind) if path.exists() else kind()


def _files(folder: Path) -> Iterable[Path]:
    return sorted(folder.glob("*.yaml")) if folder.is_dir() else ()


def _regions(path: Path) -> dict[str, str]:
    """Region codes and names; further columns are the reader's own business."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines))
    except FileNotFoundError:
        raise Refused(Why.FILE_MISSING, file=path) from None
    except UnicodeDecodeError as error:
        raise Refused(Why.FILE_NOT_UTF8, file=path, byte=error.start) from None
    regions: dict[str, str] = {}
    for line, row in enumerate(rows, 2):
        code, name = (row.get("code") or "").strip(), (row.get("name") or "").strip()
        if not (code.isdecimal() and len(code) in (2, 4, 6, 9, 12) and name):
            raise Refused(Why.REGION_EXPECTED, file=path, line=line)
        if code in regions:
            raise Refused(Why.REGION_TWICE, file=path, line=line, region=code)
        regions[code] = name
    return regions
