"""Decisions (决定): what a decision brings about, as values that every maker of decisions shares."""

from yizheng.rooms.decisions.why import Why as Why
