from django.urls import include, path

from huitou.doors.api.routes import api

urlpatterns = [
    path("api/v1/", api.urls),
    path("till/", include("huitou.doors.till.urls")),
    path("", include("huitou.doors.console.urls")),
]
