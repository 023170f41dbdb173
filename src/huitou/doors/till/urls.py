"""The till's addresses."""

from django.urls import path

from huitou.doors.till import views

app_name = "till"
urlpatterns = [
    path("", views.page, name="page"),
    path("pass", views.new_pass, name="pass"),
    path("worker.js", views.worker, name="worker"),
]
