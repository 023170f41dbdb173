"""When a number is shared: it hangs on so many members that it says nothing about who somebody is."""

from __future__ import annotations

SHARED_FROM = 3
"""Members. Two are a couple or one person twice, and a person decides; three are a family, and a front desk's hangs
on thousands."""
