"""Every address of the two webs. Staff addresses start with /staff/; all others are the citizens'."""

from django.urls import include, path, re_path

from yizheng.doors import web

urlpatterns = [
    re_path(r"^mode/(?P<mode>standard|elder)/$", web.choose_mode, name="mode"),
    re_path(r"^language/(?P<language>zh-hans|en)/$", web.choose_language, name="language"),
    re_path(r"^sound/(?P<sound>on|off)/$", web.choose_sound, name="sound"),
    path("staff/", include("yizheng.doors.staff.urls")),
    path("", include("yizheng.doors.citizen.urls")),
]

handler403 = web.page_forbidden
handler404 = web.page_missing
handler500 = web.page_failed
