"""Django in one file: path, re_path and include, class views, asynchronous views; served by WSGI, ASGI or runserver."""

import asyncio
import os

import django
from django.conf import settings
from django.core.management import execute_from_command_line
from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import include, path, re_path
from django.views import View
from shared import leave_behind, lookup, parts

settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], DEBUG=False, SECRET_KEY="of a test", MIDDLEWARE=[])


def item(request, item):
    return JsonResponse(lookup(item))


class Things(View):
    def get(self, request, name):
        return JsonResponse(lookup(name))

    def post(self, request, name):
        return JsonResponse(lookup(name), status=201)


async def asked(request, year, month):
    await asyncio.sleep(0)
    return JsonResponse(lookup(year))


def stream(request):
    return StreamingHttpResponse(parts())


def broken(request):
    raise ValueError("no")


def later(request):
    leave_behind()
    return HttpResponse("ok")


inner = [path("items/<int:item>", item)]
urlpatterns = [
    path("outer/", include([path("inner/", include(inner))])),
    path("things/<path:name>", Things.as_view()),
    re_path(r"^asked/(?P<year>[0-9]{4})/(?:m-)?(?P<month>\w+)/$", asked),
    path("stream", stream),
    path("broken", broken),
    path("later", later),
]

if __name__ == "__main__":
    execute_from_command_line(["manage.py", "runserver", "--noreload", f"127.0.0.1:{os.environ['PORT']}"])
else:
    django.setup()
    from django.core.asgi import get_asgi_application
    from django.core.wsgi import get_wsgi_application

    wsgi, asgi = get_wsgi_application(), get_asgi_application()
