"""The console's pages."""

from django.urls import path

from huitou.doors.console.views import (
    conflicts,
    cut_offs,
    kpis,
    language,
    login,
    member,
    members,
    overview,
    refreshing,
)
from huitou.doors.console.views.imports import listing, looking, matching, trip, uploads

app_name = "console"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("login", login.LogIn.as_view(), name="login"),
    path("logout", login.log_out, name="logout"),
    path("language", language.switch, name="language"),
    path("members", members.members, name="members"),
    path("members/<int:member_id>", member.member, name="member"),
    path("members/<int:member_id>/receipts", member.older_receipts, name="member_receipts"),
    path("members/<int:member_id>/postings", member.older_postings, name="member_postings"),
    path("members/<int:member_id>/phones/<int:identity_id>", member.reveal_phone, name="reveal_phone"),
    path("conflicts", conflicts.conflicts, name="conflicts"),
    path("conflicts/<int:conflict_id>/settle", conflicts.settle, name="settle_conflict"),
    path("figures", kpis.kpis, name="kpis"),
    path("figures/<slug:name>", kpis.kpi, name="kpi"),
    path("figures/<slug:name>.csv", kpis.kpi_csv, name="kpi_csv"),
    path("refresh", refreshing.refreshing, name="refresh"),
    path("cut-offs", cut_offs.cut_offs, name="cut_offs"),
    path("imports", listing.imports, name="imports"),
    path("imports/new", trip.new, name="import_new"),
    path("imports/new/<int:upload_id>", trip.trip, name="import_trip"),
    path("imports/new/<int:upload_id>/look", looking.look, name="import_look"),
    path("imports/new/<int:upload_id>/match", matching.match, name="import_match"),
    path("imports/new/<int:upload_id>/try", matching.match, name="import_try"),
    path("imports/uploads", uploads.begin, name="upload_begin"),
    path("imports/uploads/<int:upload_id>", uploads.piece, name="upload"),
    path("imports/uploads/<int:upload_id>/away", uploads.throw_away, name="upload_away"),
]
