"""A refusal as a form shows it: its sentence in every language, so that it can wait for the page that shows it."""

from django.conf import settings

from yizheng.doors.forms.words import Told
from yizheng.doors.words import refusal_in
from yizheng.kernel.errors import Refused


def told_of(refusal: Refused) -> Told:
    """The words of a refusal, by language code."""
    return {language: refusal_in(refusal, language) for language, _name in settings.LANGUAGES}
