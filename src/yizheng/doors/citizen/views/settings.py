"""What a person may set for themselves: how the pages look and sound, and where their data and keys are kept."""

from django.http import HttpRequest, HttpResponse

from yizheng.doors.citizen.views.pages import citizen_page, page
from yizheng.kernel.ids import Pno


@citizen_page("settings")
def settings(request: HttpRequest, pno: Pno) -> HttpResponse:
    """One list of what can be set; each row leads to the one page that sets it."""
    del pno
    return page(request, "settings.html")
