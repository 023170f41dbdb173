"""What the shop calls what stands in a file: kinds of files, fields, formats, ways to write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from huitou.doors.console import figures
from huitou.kernel.errors import N_
from huitou.usecases import look_into_file, understand_rows

KINDS = {
    "receipts": N_("Receipts"),
    "members": N_("Members"),
    "products": N_("Products"),
    "stores": N_("Stores"),
    "balances": N_("Opening balances of an old programme"),
    "tiers": N_("Tiers of an old programme"),
    "coupons": N_("Coupons of an old programme"),
}
FIELDS = {
    "receipt": N_("Receipt number"),
    "line": N_("Line on the receipt"),
    "at": N_("Date and time"),
    "time": N_("Time of day, where it stands apart from the date"),
    "store": N_("Store"),
    "till": N_("Till"),
    "channel": N_("Channel"),
    "member": N_("Member's number"),
    "sku": N_("Product code"),
    "name": N_("Name"),
    "category": N_("Category"),
    "quantity": N_("Quantity"),
    "unit_price": N_("Unit price"),
    "amount": N_("Amount paid"),
    "discount": N_("Discount"),
    "status": N_("State of the order"),
    "card": N_("Card number"),
    "phone": N_("Phone"),
    "phone_2": N_("Second phone"),
    "birthday": N_("Birthday"),
    "sex": N_("Sex"),
    "email": N_("E-mail"),
    "address": N_("Address"),
    "joined_on": N_("Member since"),
    "household": N_("Household"),
    "household_id": N_("Household number"),
    "openid": N_("WeChat openid"),
    "unionid": N_("WeChat unionid"),
    "wecom": N_("WeCom id"),
    "external": N_("Id of another system"),
    "meituan": N_("Meituan id"),
    "eleme": N_("Ele.me id"),
    "jd": N_("JD id"),
    "taobao": N_("Taobao id"),
    "douyin": N_("Douyin id"),
    "prefers_category": N_("Favourite category"),
    "prefers_channel": N_("Preferred channel"),
    "prefers_language": N_("Preferred language"),
    "prefers_frequency": N_("Preferred frequency"),
    "consent_sms": N_("Agrees to SMS"),
    "consent_email": N_("Agrees to e-mail"),
    "consent_phone": N_("Agrees to calls"),
    "consent_wechat": N_("Agrees to WeChat messages"),
    "updated_at": N_("Changed at"),
    "national_id": N_("National id: never kept"),
    "brand": N_("Brand"),
    "category_1": N_("Category, first level"),
    "category_2": N_("Category, second level"),
    "category_3": N_("Category, third level"),
    "supplier": N_("Supplier"),
    "barcode": N_("Barcode"),
    "pieces": N_("Pieces per barcode"),
    "case_barcode": N_("Barcode of the case"),
    "case_pieces": N_("Pieces per case"),
    "plu": N_("PLU"),
    "weighed": N_("Sold by weight"),
    "unit": N_("Unit"),
    "pack": N_("Pack size"),
    "price": N_("Price"),
    "cost": N_("Cost"),
    "not_promoted": N_("Never in promotions"),
    "code": N_("Store code"),
    "district": N_("District"),
    "region": N_("Region"),
    "format": N_("Kind of store"),
    "latitude": N_("Latitude"),
    "longitude": N_("Longitude"),
    "coordinates": N_("Coordinates"),
    "hours": N_("Opening hours"),
    "opens_at": N_("Opens at"),
    "closes_at": N_("Closes at"),
    "zone": N_("Time zone"),
    "opened_on": N_("Opened on"),
    "closed_on": N_("Closed on"),
    "points": N_("Points"),
    "earned_on": N_("Earned on"),
    "expires_on": N_("Last day"),
    "tier": N_("Tier"),
    "since": N_("Since"),
    "until": N_("Until"),
    "kind": N_("Kind of coupon"),
    "title": N_("Title"),
    "worth": N_("Worth"),
    "threshold": N_("From which amount"),
    "terms": N_("Terms"),
    "starts": N_("First day"),
    "ends": N_("Last day"),
    "state": N_("State"),
}
_OF_KIND = {
    ("receipts", "name"): N_("Product name"),
    ("products", "name"): N_("Product name"),
    ("stores", "name"): N_("Store name"),
    ("members", "store"): N_("Home store"),
    ("coupons", "code"): N_("Code of the coupon"),
}
FORMATS = {
    "csv": N_("A text file with a row per line"),
    "xlsx": N_("An Excel workbook"),
    "ndjson": N_("A file of JSON lines"),
    "parquet": N_("A Parquet file"),
}
DELIMITERS = {",": N_("comma"), ";": N_("semicolon"), "\t": N_("tab"), "|": N_("bar")}
ENCODINGS = {
    "utf-8": "UTF-8",
    "gb18030": "GB18030 (GBK)",
    "utf-16": "UTF-16",
    "big5": "Big5",
    "shift-jis": "Shift-JIS",
    "windows-1252": "Windows-1252",
}
MEMBER_KINDS = {
    "card": N_("card numbers"),
    "phone": N_("phone numbers"),
    "external": N_("ids of another system"),
}
PARTS = {
    "encoding": N_("How is the text encoded?"),
    "delimiter": N_("What stands between the cells?"),
    "sheet": N_("Which sheet?"),
    "header_row": N_("Which row names the columns?"),
    "date_format": N_("How are the dates written?"),
    "decimal": N_("What stands before the fractions?"),
}
_NO_HEADER = N_("no row does")


def field_name(kind: str, field: str) -> str:
    """What the shop calls a field of that kind of file."""
    return gettext(name_of_field(kind, field))


def name_of_field(kind: str, field: str) -> str:
    """The same in English."""
    return _OF_KIND.get((kind, field)) or FIELDS.get(field, field)


def reason(kind: str, code: str) -> str:
    """Why rows of that kind of file are refused under this code, of many rows; the code where nobody says more."""
    text = understand_rows.reasons(kind).get(code, "")
    return understand_rows.without_facts(gettext(text)) if text else code


def sentence(said: Mapping[str, Any], kind: str = "") -> str:
    """A kept template with its facts, in the language of the request; a field is called by its name."""
    template, facts = said["template"], dict(said["facts"])
    if "field" in facts:
        facts["field"] = field_name(kind, facts["field"])
    return gettext(template).format(**facts)


def answer_name(part: str, value: str) -> str:
    """A possible answer as people call it."""
    if part == "encoding":
        return ENCODINGS.get(value, value)
    if part == "delimiter":
        value = look_into_file.SIGNS.get(value, value)
        return gettext(DELIMITERS[value]) if value in DELIMITERS else value
    if part == "header_row":
        return gettext(_NO_HEADER) if value == "0" else gettext("row {number}").format(number=value)
    if part == "decimal":
        return gettext("a point: 12.80") if value == "." else gettext("a comma: 12,80")
    return value


def how_it_was_read(look: Mapping[str, Any]) -> str:
    """`An Excel workbook, sheet "June", row 3 names the columns`."""
    parts = [gettext(FORMATS.get(look["format"], look["format"]))]
    if look["encoding"]:
        parts.append(ENCODINGS.get(look["encoding"], look["encoding"]))
    if look["delimiter"]:
        parts.append(gettext("cells apart by {sign}").format(sign=answer_name("delimiter", look["delimiter"])))
    if look["sheet"]:
        parts.append(gettext("sheet {sheet}").format(sheet=look["sheet"]))
    if look["header_row"]:
        parts.append(gettext("row {number} names the columns").format(number=look["header_row"]))
    return ("，" if figures.chinese() else ", ").join(parts)
