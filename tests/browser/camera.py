"""A camera for the browser tests: somebody before it who does what the page asks for, and people whose faces are known.

The page's own way to the camera stays as it is; only the device is ours. `stage` gives a page a device that shows the
made films of `simulators.attacks`, step by step as the page asks; `write_film` writes one that Chromium plays as its
own camera.
"""

import base64
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import BrowserContext

from browser.conftest import Agency
from yizheng.rooms.biometrics.liveness_data import Step
from yizheng.simulators.attacks import STRANGERS, frames_for, neutral_frames, print_session

Film = dict[str, list[bytes]]
"""Pictures (JPEG) by the step that the page asks for; under "" what is seen while nothing is asked."""

STRANGER = STRANGERS[3]
"""Somebody who is not taken for person 0."""

DEVICE = """(() => {
  const pictures = {};
  const load = async () => {
    const films = await window.filmBeforeCamera();
    for (const step of Object.keys(films)) pictures[step] = films[step].map((data) => {
      const picture = new Image();
      picture.src = 'data:image/jpeg;base64,' + data;
      return picture;
    });
    grain.width = 544; grain.height = 704;
    const dots = grain.getContext('2d').createImageData(544, 704);
    for (let i = 0; i < dots.data.length; i += 4) dots.data.set([0, 0, 0, Math.random() * 12], i);
    grain.getContext('2d').putImageData(dots, 0, 0);
  };
  const canvas = document.createElement('canvas');
  canvas.width = 480; canvas.height = 640;
  const ink = canvas.getContext('2d');
  const grain = document.createElement('canvas');
  let asked = '', since = 0;
  const draw = () => {
    const page = document.getElementById('camera');
    const step = page && page.dataset.step || '', turn = step + (page && page.dataset.no || '');
    if (turn !== asked) { asked = turn; since = performance.now(); }
    const film = pictures[step] || pictures[''];
    const picture = film[Math.floor((performance.now() - since) / 200) % film.length];
    if (!picture.complete) return;
    ink.filter = window.roomLight === undefined ? 'none' : `brightness(${window.roomLight})`;  // it takes long
    ink.drawImage(picture, 0, 0, 480, 640);
    ink.drawImage(grain, -64 * Math.random(), -64 * Math.random());  // no two pictures of a camera are alike
  };
  const device = navigator.mediaDevices;
  device.getUserMedia = async () => {
    if (!pictures['']) await load();
    draw();
    setInterval(draw, 100);  // the page takes five pictures a second
    return canvas.captureStream(10);
  };
})()"""

ENROL = """
import sys, django
django.setup()
from yizheng import wiring
from yizheng.flows.vault.face_is_enrolled import Asked, EnrolEnd, enrol
from yizheng.kernel.hands import NamedActor
from yizheng.rooms.biometrics.data import EnrolSource
from yizheng.rooms.people import queries as people
from yizheng.simulators.attacks import photo_of
asked = Asked(pictures=[photo_of(0)], source=EnrolSource.SERVICE_POINT, signed_on_paper=True,
              identity_checked=True)
CERTIFIER = NamedActor("certifier", role="certifier")
for number in sys.argv[1:]:
    pno = people.find_by_number(number)
    done = enrol(wiring.hands(CERTIFIER), pno=pno, asked=asked, engine=wiring.face_engine(),
                 rules=wiring.agency().biometrics.face)
    assert done.end is EnrolEnd.ENROLLED, done
"""


@cache
def alive(who: int = 0) -> Film:
    """A living person who does each step when it is asked. Number 0 is the one whose face gets known."""
    film: Film = {step.value: frames_for(step, who=who) for step in Step}
    return {"": neutral_frames(who=who, count=4), **film}


@cache
def printed() -> Film:
    """A print of person 0, held before the camera and turned as the steps ask."""
    session = print_session(list(Step))
    film: Film = {step.value: [frame.jpeg for frame in frames] for step, frames in session.by_step}
    return {"": next(iter(film.values()))[:3], **film}


def stage(context: BrowserContext, film: Film) -> None:
    """Put somebody before the camera of every page of this window; a page that turns it on fetches the pictures."""
    packed = {step: [base64.b64encode(one).decode() for one in pictures] for step, pictures in film.items()}
    context.expose_function("filmBeforeCamera", lambda: packed)
    context.add_init_script(DEVICE)


def enrol(agency: Agency, numbers: Iterable[str]) -> None:
    """Person 0's face becomes the known face of these numbers, as at a service point."""
    environment = {
        **os.environ,
        "YIZHENG_HOME": str(agency.home),
        "YIZHENG_DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "yizheng.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", ENROL, *numbers], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]


def dimmed(picture: bytes, light: float) -> NDArray[np.uint8]:
    """The picture in a dark room."""
    return (_opened(picture) * light).astype(np.uint8)


def far(picture: bytes) -> NDArray[np.uint8]:
    """The picture from far away: small, in the middle of a wall."""
    seen = _opened(picture)
    wall = np.full_like(seen, 150)
    small = cv2.resize(seen, None, fx=0.35, fy=0.35)
    top, left = (wall.shape[0] - small.shape[0]) // 2, (wall.shape[1] - small.shape[1]) // 2
    wall[top : top + small.shape[0], left : left + small.shape[1]] = small
    return wall


def _opened(picture: bytes) -> NDArray[np.uint8]:
    seen = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR)
    assert seen is not None
    return seen.astype(np.uint8)


def write_film(path: Path, pictures: Sequence[bytes | NDArray[np.uint8]], *, each: int = 1) -> Path:
    """A film (Y4M, 10 pictures a second, 640 x 480) that Chromium plays over and over as its camera."""
    with path.open("wb") as film:
        film.write(b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420jpeg\n")
        for one in pictures:
            shown = np.full((480, 640, 3), 150, np.uint8)
            seen = (
                cv2.imdecode(np.frombuffer(one, np.uint8), cv2.IMREAD_COLOR)
                if isinstance(one, bytes)
                else one
            )
            assert seen is not None
            scale = 480 / seen.shape[0]
            small = cv2.resize(seen, (round(seen.shape[1] * scale), 480))
            left = (640 - small.shape[1]) // 2
            shown[:, left : left + small.shape[1]] = small
            film.write((b"FRAME\n" + cv2.cvtColor(shown, cv2.COLOR_BGR2YUV_I420).tobytes()) * each)
    return path
