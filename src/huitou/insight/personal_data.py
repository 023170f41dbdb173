"""What insight keeps of a person: the layers and the stages that they went through."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from huitou.insight.store import reading, stages

TABLES = ("insight_layerspan", "insight_stagemove")


def export(member_id: int) -> dict[str, Any]:
    return {
        "insight_layerspan": [asdict(span) for span in reading.layer_spans(member_id)],
        "insight_stagemove": stages.rows_of(member_id),
    }


def erase(member_id: int) -> dict[str, int]:
    """Forget the history. A refresh begins another under the pseudonym, with the layer of that day."""
    return {
        "insight_layerspan": reading.delete_layer_spans(member_id),
        "insight_stagemove": stages.forget([member_id]),
    }
