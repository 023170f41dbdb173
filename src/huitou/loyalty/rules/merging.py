"""How the points of two members become those of one, and of two again: lots go over whole, under their own days."""

from __future__ import annotations

NAME = "lots_go_with_their_member"
VERSION = 1
