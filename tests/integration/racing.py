"""Racers for what may be used once: `python racing.py SEED VALUES THREADS START` tries every value in every thread.

All wait for the file START, so that processes race too. Prints one JSON list: how often each value was won here.
"""

import json
import os
import random
import sys
import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

AT = datetime(2026, 11, 22, 1, tzinfo=UTC)


def main(seed: int, values: int, threads: int, start: Path) -> None:
    """Race, and print what was won."""
    import django  # noqa: PLC0415 (the environment is the caller's)

    django.setup()
    from django.db import connection, transaction  # noqa: PLC0415

    from yizheng.rooms.access.actions import use_once  # noqa: PLC0415
    from yizheng.rooms.access.data import OnceKind  # noqa: PLC0415

    won: Counter[int] = Counter()
    lock = threading.Lock()

    def race(number: int) -> None:
        order = list(range(values))
        random.Random(seed * 1000 + number).shuffle(order)
        order.sort(key=lambda value: value // 50)  # near enough in time that racers meet
        mine: Counter[int] = Counter()
        for value in order:
            with transaction.atomic():
                mine[value] += use_once(
                    OnceKind.MESSAGE_NONCE, f"race-{value}", at=AT, until=AT + timedelta(hours=1)
                )
        connection.close()
        with lock:
            won.update(mine)

    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while not start.exists():
        time.sleep(0.005)
    racers = [threading.Thread(target=race, args=(number,)) for number in range(threads)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    sys.stdout.write(json.dumps([won[value] for value in range(values)]) + "\n")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yizheng.settings")
    main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
