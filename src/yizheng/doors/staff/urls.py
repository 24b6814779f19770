"""Addresses of the staff web. A test keeps a table of every one of them against every role."""

from django.urls import path, re_path

from yizheng.doors.staff.views import cases, dashboard, ledger, links, pay, people, sign_in, sources

app_name = "staff"
MONTH = r"(?P<month>\d{4}-(?:0[1-9]|1[0-2]))"
urlpatterns = [
    path("login/", sign_in.login, name="login"),
    path("logout/", sign_in.logout, name="logout"),
    path("", dashboard.dashboard, name="dashboard"),
    path("passed-by-source.csv", dashboard.passed_csv, name="passed-csv"),
    path("cases/", cases.worklist, name="cases"),
    path("cases/<int:case_id>/", cases.case, name="case"),
    path("cases/<int:case_id>/propose/", cases.propose, name="case-propose"),
    path("cases/<int:case_id>/confirm/", cases.confirm, name="case-confirm"),
    path("links/", links.queue, name="links"),
    path("links/<int:link_id>/", links.link, name="link"),
    path("links/<int:link_id>/decide/", links.decide, name="link-decide"),
    path("people/", people.find, name="people"),
    path("people/<int:pno>/", people.person, name="person"),
    path("pauses/", pay.pauses, name="pauses"),
    re_path(rf"^pauses/{MONTH}/$", pay.pause, name="pause"),
    re_path(rf"^pauses/{MONTH}/release/$", pay.release, name="pause-release"),
    path("pay/", pay.runs, name="pay"),
    re_path(rf"^pay/{MONTH}/$", pay.month_run, name="pay-month"),
    path("sources/", sources.sources, name="sources"),
    path("sources/<slug:key>/", sources.source, name="source"),
    path("sources/<slug:key>/hand-out/", sources.hand_out, name="source-hand-out"),
    path("sources/<slug:key>/answers/", sources.take_answers, name="source-answers"),
    path("ledger/", ledger.ledger, name="ledger"),
    path("ledger/verify/", ledger.verify, name="ledger-verify"),
    path("ledger/<int:index>/", ledger.entry, name="ledger-entry"),
]
