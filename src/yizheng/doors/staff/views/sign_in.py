"""Signing in and out. Wrong names and wrong passwords look the same; too many tries lock the name for a while."""

from django.conf import settings
from django.contrib.auth import login as start_session
from django.contrib.auth import logout as end_session
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from yizheng import wiring
from yizheng.doors.staff.gate import SEEN, page
from yizheng.doors.web import safe_next
from yizheng.flows.staff_signs_in import sign_in
from yizheng.kernel.errors import Refused


@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """The sign-in page; in a demo it shows the demo accounts."""
    error, username = "", ""
    if request.method == "POST":
        username = request.POST.get("username", "").strip()[:64]
        try:
            account = sign_in(
                username=username, password=request.POST.get("password", "")[:128], clock=wiring.clock()
            )
        except Refused as refusal:
            error = str(refusal)
        else:
            user = ModelBackend().get_user(account.account_id)
            start_session(request, user, backend="django.contrib.auth.backends.ModelBackend")
            request.session[SEEN] = wiring.clock().now().isoformat()
            return redirect(safe_next(request, reverse("staff:dashboard")))
    context = {
        "error": error,
        "username": username,
        "next": safe_next(request, ""),
        "demo_accounts": wiring.agency().demo_accounts if settings.YIZHENG.demo else (),
    }
    return page(request, "login.html", context, status=401 if error else 200)


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """End the session and go back to the sign-in page."""
    end_session(request)
    return redirect("staff:login")
