"""The WSGI application of both webs: what `yizheng serve`, or a server of the agency's own, runs."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yizheng.settings")

application = get_wsgi_application()
