from django.urls import include, path

from huitou.doors.api.routes import api

urlpatterns = [
    path("api/v1/", api.urls),
    path("till/", include("huitou.doors.till.urls")),
    path("", include("huitou.doors.console.urls")),
]

# Pages only: what goes wrong below /api/ is answered there. 403, 404 and 500 are templates of these names.
handler400 = "huitou.doors.console.bad_requests.answer"
