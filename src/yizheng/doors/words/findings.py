"""What a check of a source's quality found, as one sentence: files hold both languages side by side."""

from collections.abc import Iterable

from yizheng.doors.words.base import Words
from yizheng.doors.words.refusals import told_in
from yizheng.kernel.told import Told


def sentence(said: Iterable[Told]) -> Words:
    """The parts that were told as one sentence in both languages."""
    parts = list(said)
    en = "; ".join(told_in(part, "en") for part in parts)
    zh = "；".join(told_in(part, "zh-hans") for part in parts)
    return Words(f"{zh}。", f"{en[:1].upper()}{en[1:]}.")
