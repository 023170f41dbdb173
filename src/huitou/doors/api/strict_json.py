"""The parser of all calls."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser

from huitou.doors.api.plain_json import read_json


class StrictParser(Parser):
    """Reads the bodies of all calls."""

    def parse_body(self, request: HttpRequest) -> Any:
        return read_json(request.body)
