"""The console's pages."""

from django.urls import path

from huitou.doors.console.views import language, login, member, members, overview

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
]
