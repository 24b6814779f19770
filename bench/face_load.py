# ruff: noqa: PLC0415, S101, S311, S603 (the settings read the home that main() has just made; a bench)
"""How many people can certify by face in a minute, how long an answer takes, and whether the queue says the truth.

    ./run bench face_load --rate 50 --minutes 2 --overload 120

A server of its own (`yizheng serve`) with its real engine processes, in a folder that is removed again. Made people,
each signed in and enrolled, begin at the given rate: first evenly, then in bursts of ten, then at the overload rate. Each
films one step after the other (`simulators.attacks`, five pictures a second, as a phone does), six pictures a sending.

Prints one JSON object: answer times in seconds, the whole of a certification (the sum of its answers' times, waits
included), what the queue promised beside what it took, processor and memory of the server and its engines, and how busy
the machine was when it began. Clients run on the same machine and are not in the server's figures.
"""

import argparse
import http.client
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

FACES = 2
BATCH = 6
STEP_GAP_MS = 600
PORT = 8719


@dataclass
class Certification:
    """What one person went through."""

    answers: list[float] = field(default_factory=list)
    waits: list[tuple[int, float]] = field(default_factory=list)
    end: str = ""
    lasted: float = 0.0


class Phone:
    """One person's browser: a session, a connection, a film."""

    def __init__(self, cookies: dict[str, str], film: dict[str, list[list[bytes]]]) -> None:
        self.cookies, self.film = cookies, film
        self.line = http.client.HTTPConnection("127.0.0.1", PORT, timeout=180)
        self.seen = Certification()
        self.now = 1000.0
        self.taken: Counter[str] = Counter()

    def certify(self) -> Certification:
        """From begin to the end, at the pace of a person."""
        began = time.monotonic()
        answer = self._post("/me/face/begin/", [("insist", b"1", "")])
        tries = 0
        while "step" in answer and tries < 12:
            tries += 1
            answer = self._step(answer)
        self.seen.end = (
            "done" if "done" in answer else str(answer.get("other", {}).get("code", "unfinished"))  # type: ignore[attr-defined]
        )
        if "done" in answer:
            self.seen.end = self._result(str(answer["done"]))
        self.seen.lasted = time.monotonic() - began
        self.line.close()
        return self.seen

    def _step(self, answer: dict[str, object]) -> dict[str, object]:
        """Film the step that is asked, and send the film as it is taken."""
        step, no = answer["step"], answer["no"]
        assert isinstance(step, dict)
        self.now += STEP_GAP_MS
        takes = self.film[step["code"]]
        film = takes[self.taken[step["code"]] % len(takes)]
        self.taken[step["code"]] += 1
        for start in range(0, len(film), BATCH):
            part = film[start : start + BATCH]
            times = []
            for _ in part:
                self.now += 200 + random.uniform(-12, 12)
                times.append(round(self.now))
            time.sleep(0.2 * len(part))
            fields = [
                ("capture", str(answer["capture"]).encode(), ""),
                ("no", str(no).encode(), ""),
                ("camera", b"Front Camera", ""),
                ("times", json.dumps(times).encode(), ""),
                *(("frames", picture, f"{place}.jpg") for place, picture in enumerate(part)),
            ]
            given = self._post("/me/face/frames/", fields)
            if "step" not in given or given["no"] != no or "again" not in given:
                return given
        return given

    def _post(self, address: str, fields: Sequence[tuple[str, bytes, str]]) -> dict[str, object]:
        """Ask, and ask again under the same key while the queue says to wait."""
        key, boundary = uuid.uuid4().hex, uuid.uuid4().hex
        body = b"".join(_part(boundary, *one) for one in fields) + f"--{boundary}--\r\n".encode()
        headers = {
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "X-CSRFToken": self.cookies["csrftoken"],
            "Idempotency-Key": key,
        }
        began, promised = time.monotonic(), None
        while True:
            self.line.request("POST", address, body, headers)
            response = self.line.getresponse()
            text = response.read()
            if response.headers.get_content_type() != "application/json":
                raise RuntimeError(f"{response.status} {text[:300]!r}")
            answer: dict[str, object] = json.loads(text)
            if "wait" not in answer:
                break
            seconds = int(answer["wait"]["seconds"])  # type: ignore[index]
            if promised is None:
                promised = (seconds, time.monotonic())
            time.sleep(min(seconds, 30))
        took = time.monotonic() - began
        self.seen.answers.append(took)
        if promised is not None:
            self.seen.waits.append((promised[0], time.monotonic() - promised[1]))
        return answer

    def _result(self, address: str) -> str:
        self.line.request(
            "GET", address, headers={"Cookie": "; ".join(f"{n}={v}" for n, v in self.cookies.items())}
        )
        shown = self.line.getresponse().read().decode()
        return "passed" if "已认证" in shown else "to a person"


def _part(boundary: str, name: str, value: bytes, file: str) -> bytes:
    named = f'; filename="{file}"\r\nContent-Type: image/jpeg' if file else ""
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'
    return head.encode() + value + b"\r\n"


# --- people ---


def films() -> list[dict[str, list[list[bytes]]]]:
    """What the cameras of some made people show, by step: two films of each, which the judge accepts."""
    from yizheng import wiring
    from yizheng.rooms.biometrics import liveness
    from yizheng.rooms.biometrics.data import Observed
    from yizheng.rooms.biometrics.liveness_data import Step
    from yizheng.simulators.attacks import frames_for

    engine, made = wiring.face_engine(), []
    for who in range(FACES):
        by_step: dict[str, list[list[bytes]]] = {}
        for place, step in enumerate(Step):
            good: list[list[bytes]] = []
            for seed in range(100 * place + 1, 100 * place + 13):
                film = frames_for(step, seed=seed, who=who, count=12)
                seen = [Observed(at_ms=200 * at, seen=engine.look(one)) for at, one in enumerate(film, 1)]
                if liveness.judge_step(step, seen, [], hold_ms=600).done:
                    good.append(film)
                if len(good) == 2:
                    break
            if not good:
                raise SystemExit(f"no film of {step} by person {who} is good enough: change the seeds")
            by_step[step.value] = good
        made.append(by_step)
    return made


def people_ready(many: int) -> list[tuple[dict[str, str], int]]:
    """So many people of the demo, enrolled and signed in: their cookies, and whose face they have."""
    from django.conf import settings
    from django.contrib.sessions.backends.db import SessionStore
    from django.db import transaction
    from django.test import RequestFactory

    from yizheng import wiring
    from yizheng.doors import identity
    from yizheng.kernel.ids import Pno
    from yizheng.rooms.access.data import Factor
    from yizheng.rooms.biometrics import actions
    from yizheng.rooms.biometrics.data import Channel, EnrolSource, Modality
    from yizheng.rooms.casework import queries as casework
    from yizheng.rooms.certification import queries
    from yizheng.rooms.certification.data import Result
    from yizheng.rooms.entitlements import queries as entitlements
    from yizheng.rooms.entitlements.data import PayState
    from yizheng.rooms.people import queries as roster
    from yizheng.simulators.attacks import photo_of

    engine, clock = wiring.face_engine(), wiring.clock()
    vectors = []
    for who in range(FACES):
        seen = [engine.look(photo_of(who, seed=seed)).embedding for seed in (0, 1)]
        vectors.append([one for one in seen if one is not None])
    in_case, ready = casework.open_pnos(), []
    for number in range(roster.roster_size()):
        pno, standing = Pno(number), queries.find_standing(number)
        if len(ready) == many:
            break
        if standing is None or standing.result is Result.DOUBTFUL or pno in in_case:
            continue
        if entitlements.pay_standing_of(pno).state is not PayState.IN_PAYMENT:
            continue
        who = len(ready) % FACES
        with transaction.atomic():
            at = clock.now()
            actions.give_consent(
                pno, Modality.FACE, text_version="1", channel=Channel.WEB, actor="bench", at=at
            )
            actions.enrol(
                pno,
                Modality.FACE,
                vectors[who],
                engine=engine.engine,
                source=EnrolSource.SERVICE_POINT,
                actor="bench",
                at=at,
            )
        request = RequestFactory().get("/")
        request.session = SessionStore()  # type: ignore[assignment]
        identity.start_citizen(request, pno, factors=(Factor.SMS_CODE,))
        request.session.save()
        cookies = {settings.SESSION_COOKIE_NAME: str(request.session.session_key), "csrftoken": "a" * 32}
        ready.append((cookies, who))
    if len(ready) < many:
        raise SystemExit(
            f"{many} people in payment were expected, but the demo has {len(ready)}: make it larger"
        )
    return ready


# --- the server and the machine ---


class Watch(threading.Thread):
    """Processor and memory of a process and all below it, once a second."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.stop = pid, threading.Event()
        self.megabytes: list[float] = []
        self.began = (time.monotonic(), self._processor())

    def run(self) -> None:
        while not self.stop.wait(1.0):
            self.megabytes.append(sum(self._memory(pid) for pid in self._all()) / 1024)

    def cores(self) -> float:
        """Processor seconds a second since the start."""
        began, used = self.began
        return (self._processor() - used) / (time.monotonic() - began)

    def _all(self) -> list[int]:
        found, waiting = [], [self.pid]
        while waiting:
            pid = waiting.pop()
            found.append(pid)
            for task in Path(f"/proc/{pid}/task").glob("*/children"):
                waiting += map(int, task.read_text().split())
        return found

    def _processor(self) -> float:
        ticks = 0
        for pid in self._all():
            parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(parts[11]) + int(parts[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    @staticmethod
    def _memory(pid: int) -> int:
        try:
            status = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            return 0
        return int(next(line.split()[1] for line in status.splitlines() if line.startswith("Pss:")))


def serve(home: Path) -> subprocess.Popen[bytes]:
    """The product's own server; ready when it answers."""
    command = [sys.executable, "-m", "yizheng", "serve", "--port", str(PORT)]
    environment = {**os.environ, "YIZHENG_HOME": str(home), "YIZHENG_DEMO": "1"}
    with (home / "serve.log").open("wb") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    for _ in range(300):
        try:
            line = http.client.HTTPConnection("127.0.0.1", PORT, timeout=2)
            line.request("GET", "/")
            line.getresponse().read()
        except OSError:
            time.sleep(0.2)
        else:
            return server
    raise SystemExit((home / "serve.log").read_text())


def arrivals(rate: int, minutes: float, burst: int) -> Iterator[float]:
    """When people begin, in seconds: evenly, or `burst` of them together."""
    for number in range(int(rate * minutes)):
        yield (number // burst) * burst * 60 / rate


def crowd(
    people: list[tuple[dict[str, str], int]],
    films_: list[dict[str, list[list[bytes]]]],
    when: Sequence[float],
) -> tuple[list[Certification], list[str]]:
    """Let people begin when they come, and wait until all are through."""
    done: list[Certification] = []
    broken: list[str] = []

    def one(cookies: dict[str, str], who: int) -> None:
        try:
            done.append(Phone(cookies, films_[who]).certify())
        except Exception as error:  # noqa: BLE001 (a bench counts what breaks)
            broken.append(repr(error)[:300])

    began, threads = time.monotonic(), []
    for at, (cookies, who) in zip(when, people, strict=True):
        time.sleep(max(0.0, began + at - time.monotonic()))
        threads.append(threading.Thread(target=one, args=(cookies, who)))
        threads[-1].start()
    for thread in threads:
        thread.join()
    return done, broken


def at(values: Sequence[float], share: float) -> float | None:
    """A percentile by rank, in seconds with two decimals."""
    ranked = sorted(values)
    return round(ranked[min(len(ranked) - 1, int(share * len(ranked)))], 2) if ranked else None


def told(done: Sequence[Certification], broken: Sequence[str], watch: Watch) -> dict[str, object]:
    """The figures of one crowd."""
    whole = [sum(one.answers) for one in done]
    each = [answer for one in done for answer in one.answers]
    waits = [wait for one in done for wait in one.waits]
    errors = [took - promised for promised, took in waits]
    return {
        "certifications": len(done),
        "ends": dict(Counter(one.end for one in done)),
        "broken": len(broken),
        "broken_like": list(broken)[:2],
        "whole_s": {"p50": at(whole, 0.5), "p95": at(whole, 0.95), "max": at(whole, 1.0)},
        "answer_s": {"n": len(each), "p50": at(each, 0.5), "p95": at(each, 0.95), "max": at(each, 1.0)},
        "with_the_film_s": {
            "p50": at([one.lasted for one in done], 0.5),
            "p95": at([one.lasted for one in done], 0.95),
        },
        "waits": {
            "n": len(waits),
            "promised_p50": at([float(promised) for promised, _ in waits], 0.5),
            "took_p50": at([took for _, took in waits], 0.5),
            "took_p95": at([took for _, took in waits], 0.95),
            "took_less_promised_p50": at(errors, 0.5),
            "took_less_promised_p95": at(errors, 0.95),
        },
        "server_cores": round(watch.cores(), 2),
        "server_megabytes_peak": round(max(watch.megabytes, default=0.0)),
    }


def wait_for_quiet(load: float, minutes: float) -> None:
    """Wait until nobody else uses the machine, but not for ever."""
    until = time.monotonic() + 60 * minutes
    while os.getloadavg()[0] > load and time.monotonic() < until:
        time.sleep(2.0)


def main() -> None:
    """Make a demo, serve it, and send crowds."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--rate", type=int, default=50, help="people who begin, a minute")
    words.add_argument("--minutes", type=float, default=2.0)
    words.add_argument(
        "--overload", type=int, default=120, help="people a minute of the third crowd; 0 for none"
    )
    words.add_argument("--overload-minutes", type=float, default=1.0)
    words.add_argument("--no-bursts", action="store_true")
    words.add_argument("--quiet", type=float, default=1.0, help="wait until the machine's load is below this")
    words.add_argument("--wait", type=float, default=0.0, help="so many minutes at most")
    given = words.parse_args()
    crowds = {"even": (given.rate, given.minutes, 1)}
    if not given.no_bursts:
        crowds["bursts"] = (given.rate, given.minutes, 10)
    if given.overload:
        crowds["overload"] = (given.overload, given.overload_minutes, 1)
    when = {name: list(arrivals(*plan)) for name, plan in crowds.items()}
    home = Path(tempfile.mkdtemp(prefix="yizheng-face-load-"))
    os.environ |= {
        "YIZHENG_HOME": str(home),
        "YIZHENG_DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "yizheng.settings",
    }
    os.environ.setdefault("YIZHENG_AGENCY", str(Path(__file__).parents[1] / "agencies" / "demo"))
    server = None
    try:
        many = sum(map(len, when.values()))
        make = ["-m", "yizheng", "demo", "--people", str(max(500, 2 * many)), "--no-serve", "--json"]
        subprocess.run([sys.executable, *make], check=True, stdout=subprocess.DEVNULL)
        import django

        django.setup()
        people, cameras = people_ready(many + FACES), films()
        server = serve(home)
        crowd(people[:FACES], cameras, [0.0] * FACES)  # the engines load their weights
        people = people[FACES:]
        figures: dict[str, object] = {
            "cores": os.cpu_count(),
        }
        for name, times in when.items():
            wait_for_quiet(given.quiet, given.wait)
            load = [round(one, 1) for one in os.getloadavg()]
            watch = Watch(server.pid)
            watch.start()
            done, broken = crowd(people[: len(times)], cameras, times)
            people = people[len(times) :]
            figures[name] = {"load_before": load, **told(done, broken, watch)}
            sys.stderr.write(json.dumps({name: figures[name]}, ensure_ascii=False) + "\n")
            watch.stop.set()
        sys.stdout.write(json.dumps(figures, ensure_ascii=False, indent=1) + "\n")
    finally:
        if server is not None:
            server.terminate()
            server.wait(20)
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()
