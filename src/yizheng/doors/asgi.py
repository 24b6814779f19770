"""The ASGI application of both webs: what `yizheng serve` runs. The pages behind it are `wsgi.application`."""

from yizheng.doors.front import Front
from yizheng.doors.wsgi import application as pages

application = Front(pages)
