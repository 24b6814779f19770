"""The words of every door: for codes, for refusals, in both languages. Rooms and flows say codes, doors say words."""

from yizheng.doors.words.base import Words as Words
from yizheng.doors.words.codes import WORDS as WORDS
from yizheng.doors.words.codes import word as word
from yizheng.doors.words.refusals import code_in as code_in
from yizheng.doors.words.refusals import refusal_in as refusal_in
from yizheng.doors.words.refusals import told_in as told_in
