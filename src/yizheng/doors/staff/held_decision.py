"""A supervisor decides about what the machine holds (批准或不予): one form, two steps and a reason, wherever it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy

from yizheng import wiring
from yizheng.doors import forms
from yizheng.doors.forms.words import Words
from yizheng.doors.refusals import told_of
from yizheng.doors.staff.gate import staff
from yizheng.kernel.errors import Refused

REASON = forms.Text("reason", gettext_lazy("理由：问了谁，核对了什么"), most=500, rows=3)


@dataclass(frozen=True, slots=True)
class Step:
    """One of the two answers: its words, what carries it out, and what is said when that is done."""

    words: Words
    act: Callable[..., object]
    done: Words


class HeldDecision:
    """The form of one kind of held thing, and what follows from it."""

    def __init__(self, name: str, steps: Mapping[str, Step], *, thing: str) -> None:
        """`name` is the form's. A step is carried out with the hands, the reason, and the number of the `thing`."""
        self._steps, self._thing = steps, thing
        self._step = forms.Choice(
            "step", gettext_lazy("怎么办"), tuple(steps), words=lambda one: str(steps[str(one)].words)
        )
        self.form = forms.Form(name, self._step, REASON)

    def take(self, request: HttpRequest, number: int, *, back: str) -> HttpResponse:
        """Carry out what was sent, and go `back` to the page of the thing; to its form where something is wrong."""
        filled = self.form.read(request)
        if not filled.good:
            return forms.back(request, filled, back, number)
        step = self._steps[str(filled.value(self._step))]
        try:
            step.act(wiring.hands(staff(request)), reason=filled.value(REASON), **{self._thing: number})
        except Refused as refusal:
            return forms.back(request, filled.wrong(told_of(refusal)), back, number)
        messages.success(request, str(step.done))
        return redirect(back, number)
