"""Addresses of the citizens' web. None of them carries an identity number."""

from django.urls import path

from yizheng.doors.citizen import views

app_name = "citizen"
urlpatterns = [
    path("", views.start, name="start"),
    path("code/", views.code, name="code"),
    path("code/again/", views.again, name="again"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("me/", views.me, name="me"),
    path("me/why/", views.why, name="why"),
    path("me/history/", views.history, name="history"),
    path("me/looks/", views.looks, name="looks"),
    path("me/ways/", views.ways, name="ways"),
    path("demo/phone/", views.demo_phone, name="demo-phone"),
]
