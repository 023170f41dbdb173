"""How `--map FIELD=COLUMN` and the like are written."""

from __future__ import annotations

from collections.abc import Sequence

from huitou.kernel.errors import N_, HuitouError

TAB = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "bar": "|"}
"""How a delimiter may be called, where a shell makes it hard to type."""


class MappingUnreadable(HuitouError):
    code = "mapping_unreadable"
    message = N_("{given} is not a mapping.")
    next_step = N_("Write --map FIELD=COLUMN, for example --map receipt=InvoiceNo.")


class FieldTwice(HuitouError):
    code = "field_twice"
    message = N_("The field {field} is mapped twice.")
    next_step = N_("Keep one --map {field}=COLUMN.")


def read_mapping(given: list[str], fields: Sequence[str] = ()) -> dict[str, str]:
    """`["sku=StockCode"]` as `{"sku": "StockCode"}`, of these fields or of a receipt's. Raises a refusal for what
    cannot be meant.

    The column `-` says that no column is that field.
    """
    from huitou.lake.errors import FieldUnknown
    from huitou.lake.terms import Field

    known = fields or list(Field)
    columns: dict[str, str] = {}
    for pair in given:
        field, equals, column = pair.partition("=")
        if not equals or not column:
            raise MappingUnreadable(given=pair)
        if field not in known:
            raise FieldUnknown(field=field, fields=", ".join(known))
        if field in columns:
            raise FieldTwice(field=field)
        columns[field] = column
    return columns
