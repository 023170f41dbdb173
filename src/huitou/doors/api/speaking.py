"""An answer as JSON. What a room told is told on as it stands: no second reading costs or changes it."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse


def answer(told: dict[str, Any] | str) -> HttpResponse:
    """Values, or the JSON text that was kept of them."""
    text = told if isinstance(told, str) else json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(text, content_type="application/json")
