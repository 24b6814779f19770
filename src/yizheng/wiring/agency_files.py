"""The agency's folder as values, and what settings say of the installation's own name and strictness."""

from functools import cache
from urllib.parse import urlsplit

from django.conf import settings

from yizheng import wiring
from yizheng.adapters.agency_files.agency import Agency, load_agency
from yizheng.flows.arrivals.roster_terms import RosterTerms
from yizheng.rooms.access.data import Place as PasskeyPlace


@cache
def agency() -> Agency:
    """The agency's world as data, read once a process. Raises Refused where a file is wrong."""
    return load_agency(settings.YIZHENG.agency)


def roster_terms(of: Agency | None = None) -> RosterTerms:
    """What the agency says of its rosters."""
    here = of or wiring.agency()
    return RosterTerms(
        columns=here.roster_columns,
        region=here.region,
        limits=here.roster_limits,
        case_rules=here.case_rules,
    )


def letter_facts() -> dict[str, str]:
    """What every letter may say of the agency."""
    here = wiring.agency()
    return {"agency_name": here.name, "agency_name_en": here.name_en, "agency_phone": here.phone}


def passkey_place() -> PasskeyPlace:
    """The origin and host that passkeys are made for: a setting, never what a request says of itself."""
    origin = settings.YIZHENG.origin
    return PasskeyPlace(origin=origin, rp_id=urlsplit(origin).hostname or "")


def two_factors_asked() -> bool:
    """Whether roles that ask for it (`Role.two_factors`) work with two factors only."""
    return bool(settings.YIZHENG.two_factors)
