"""What stories ask of quality: grades from counts, and contradictions among columns. Pure; the room keeps no tables."""

from yizheng.rooms.quality.contradictions import Contradictions as Contradictions
from yizheng.rooms.quality.contradictions import KindColumns as KindColumns
from yizheng.rooms.quality.contradictions import ResolvedRows as ResolvedRows
from yizheng.rooms.quality.contradictions import contradictions_in as contradictions_in
from yizheng.rooms.quality.contradictions import copies_in as copies_in
from yizheng.rooms.quality.grades import PAST_USED as PAST_USED
from yizheng.rooms.quality.grades import periods_of as periods_of
from yizheng.rooms.quality.grades import quality_of as quality_of
