"""What any authority's photos must keep to: four answers and no error, a picture only where one was found."""

import io
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from contract.parties import Parties, each
from yizheng.adapters.authority.photo import AuthorityPhotoClient, PhotoLine
from yizheng.adapters.calls import Breaker, Patience
from yizheng.rooms.biometrics.data import PhotoOutcome
from yizheng.rooms.biometrics.ports import AuthorityPhoto
from yizheng.rooms.passes.ports import PictureRefused, Wrong
from yizheng.simulators.authority_photo.gateway import CALM, Held, PhotoFaults, PhotoGateway

NUMBER, NAME = "11010519491231002X", "王秀英"
TROUBLED = replace(CALM, out_of_reach=200, silent=150, silent_after=150, slow=100, a_second=9999)


def _picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (100, 120), "white").save(out, "JPEG")
    return out.getvalue()


PICTURE = _picture()
HELD = Held(name=NAME, photo=lambda: PICTURE, taken_on=date(2019, 5, 1))


class WholeOnes:
    """A border that lets whole JPEGs through and nothing else."""

    def take(self, data: bytes) -> bytes:
        if not data.endswith(b"\xff\xd9"):
            raise PictureRefused(Wrong.BROKEN)
        return data


def gateway(faults: PhotoFaults = CALM) -> PhotoGateway:
    return PhotoGateway(
        lambda number: HELD if number == NUMBER else None,
        another=lambda: PICTURE,
        faults=faults,
        sleep=lambda _: None,
        clock=lambda: 1_000.0,
    )


def photos_over(line: PhotoLine) -> AuthorityPhotoClient:
    return AuthorityPhotoClient(
        line,
        authority="police_id_photo",
        border=WholeOnes(),
        breaker=Breaker(failures=10**6),
        patience=Patience(tries=1),
        sleep=lambda _: None,
    )


LINES = {PhotoGateway: lambda _: gateway()}
PHOTOS = {AuthorityPhotoClient: lambda _: photos_over(gateway())}
PARTIES: Parties = {PhotoLine: LINES, AuthorityPhoto: PHOTOS}


@pytest.fixture(**each(PHOTOS))
def photos(request: pytest.FixtureRequest, tmp_path: Path) -> AuthorityPhoto:
    return request.param(tmp_path)


@pytest.fixture(**each(LINES))
def line(request: pytest.FixtureRequest, tmp_path: Path) -> PhotoLine:
    return request.param(tmp_path)


def test_authority_has_a_code(photos: AuthorityPhoto) -> None:
    assert photos.authority.isidentifier()
    assert photos.authority == photos.authority.lower()


def test_photo_is_found_by_number_and_name(photos: AuthorityPhoto) -> None:
    answer = photos.photo_of(number=NUMBER, name=NAME, request="r")
    assert answer.outcome is PhotoOutcome.FOUND
    assert answer.picture.startswith(b"\xff\xd8")
    assert answer.taken_on == date(2019, 5, 1)


@pytest.mark.parametrize(
    ("number", "name"), [(NUMBER, "王秀"), ("44080219500307012X", NAME), ("", ""), ("nothing", NAME)]
)
def test_who_is_not_matched_is_told_nothing_more(photos: AuthorityPhoto, number: str, name: str) -> None:
    answer = photos.photo_of(number=number, name=name, request="r")
    assert (answer.outcome, answer.picture, answer.taken_on) == (PhotoOutcome.NOT_MATCHED, b"", None)


def test_same_request_is_answered_alike(photos: AuthorityPhoto) -> None:
    first = photos.photo_of(number=NUMBER, name=NAME, request="r")
    assert photos.photo_of(number=NUMBER, name=NAME, request="r") == first


def test_answer_does_not_print_the_picture(photos: AuthorityPhoto) -> None:
    assert "xff" not in repr(photos.photo_of(number=NUMBER, name=NAME, request="r"))


def test_line_answers_the_same_request_alike_and_counts_it_once(line: PhotoLine) -> None:
    asked = {"request": "r", "number": NUMBER, "name": NAME, "seconds": 1.0}
    first = line.ask(**asked)
    assert line.ask(**asked) == first
    assert (first.code, first.photo, first.again_in) == ("found", PICTURE, 0.0)
    assert line.ask(**asked | {"request": "s", "number": "1"}).code == "not_matched"


def test_troubled_line_raises_what_lines_raise_and_photos_raise_nothing() -> None:
    """Of both parties that a fault can be put into: the line breaks as lines do, the client answers all the same."""
    troubled, client = gateway(TROUBLED), photos_over(gateway(TROUBLED))
    broke, outcomes = set(), set()
    for number in range(150):
        try:
            troubled.ask(request=f"r{number}", number=NUMBER, name=NAME, seconds=1.0)
        except (TimeoutError, ConnectionError) as error:
            broke.add(type(error))
        answer = client.photo_of(number=NUMBER, name=NAME, request=f"r{number}")
        outcomes.add(answer.outcome)
        assert bool(answer.picture) is (answer.outcome is PhotoOutcome.FOUND)
    assert broke == {TimeoutError, ConnectionError}
    assert outcomes == {PhotoOutcome.FOUND, PhotoOutcome.UNAVAILABLE}


@pytest.mark.parametrize(
    ("faults", "outcome"),
    [
        (replace(CALM, without_photo=1000), PhotoOutcome.NONE),
        (replace(CALM, damaged=1000), PhotoOutcome.NONE),
        (replace(CALM, out_of_reach=1000), PhotoOutcome.UNAVAILABLE),
        (replace(CALM, a_second=0), PhotoOutcome.UNAVAILABLE),
    ],
)
def test_no_photo_and_no_answer_are_two_things(faults: PhotoFaults, outcome: PhotoOutcome) -> None:
    answer = photos_over(gateway(faults)).photo_of(number=NUMBER, name=NAME, request="r")
    assert (answer.outcome, answer.picture) == (outcome, b"")
