"""One import: its report, its refused rows, what became of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from huitou.access import service as access
from huitou.access.terms import Right
from huitou.doors.console.gate import needs
from huitou.doors.console.views.imports import reports, words
from huitou.doors.console.views.imports.listing import row_of
from huitou.receipts.service import import_life
from huitou.receipts.terms.imports import ImportSeen


@require_safe
@needs(Right.SEE_IMPORTS)
def one(request: HttpRequest, number: int) -> HttpResponse:
    seen = import_life.import_seen(number)
    return render(request, "console/imports/one.html", facts_of(request, seen))


def facts_of(request: HttpRequest, seen: ImportSeen) -> dict[str, Any]:
    return {
        "row": row_of(seen),
        "seen": seen,
        "finding": reports.finding(seen.report, taken=True),
        "figures": reports.figures_of(seen.report),
        "mapping": [(words.field_name(seen.kind, field), column) for field, column in seen.mapping.items()],
        "undo": reports.figures_of_undo(seen.undo) if seen.undone_at else [],
        "worth_knowing": reports.worth_knowing(seen.report),
        "newcomers": reports.newcomers(seen.report),
        "stays": reports.stays_of(seen.undo),
        "more": int(seen.undo.get("staying", 0)) - len(seen.undo.get("stays", [])),
        "may_mend": access.may(request.user, Right.READ_FILES_IN),
        "may_undo": access.may(request.user, Right.UNDO_IMPORTS) and seen.undone_at is None,
        "refused": [
            {"code": code, "reason": words.reason(seen.kind, code), "count": count}
            for code, count in import_life.refused_by_code(seen.id).items()
        ],
        "kind_name": gettext(words.KINDS.get(seen.kind, seen.kind)),
    }
