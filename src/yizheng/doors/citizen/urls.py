"""Addresses of the citizens' web. None of them carries an identity number."""

from django.urls import path

from yizheng.doors.citizen.views import camera, capture, demo, me, pwa, settings, sign_in, voice

app_name = "citizen"
urlpatterns = [
    path("", sign_in.start, name="start"),
    path("code/", sign_in.code, name="code"),
    path("code/again/", sign_in.again, name="again"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("me/", me.me, name="me"),
    path("me/why/", me.why, name="why"),
    path("me/history/", me.history, name="history"),
    path("me/looks/", me.looks, name="looks"),
    path("me/ways/", me.ways, name="ways"),
    path("me/settings/", settings.settings, name="settings"),
    path("me/face/", camera.face, name="face"),
    path("me/face/able/", camera.able, name="face-able"),
    path("me/face/begin/", capture.begin, name="face-begin"),
    path("me/face/frames/", capture.frames, name="face-frames"),
    path("me/face/photo/", capture.photo, name="face-photo"),
    path("me/face/result/<str:code>/", capture.result, name="face-result"),
    path("me/face/receipt/<str:code>/", capture.receipt, name="face-receipt"),
    path("me/voice/", voice.voice, name="voice"),
    path("me/voice/agree/", voice.agree, name="voice-agree"),
    path("me/voice/forget/", voice.forget, name="voice-forget"),
    path("me/voice/sound/", voice.sound, name="voice-sound"),
    path("me/voice/done/", voice.done, name="voice-done"),
    path("sw.js", pwa.worker, name="worker"),
    path("offline/", pwa.offline, name="offline"),
    path("demo/phone/", demo.demo_phone, name="demo-phone"),
]
