"""What the texts of a file mean, in DuckDB's dialect: trimmed texts, exact numbers, moments. For files of every kind.

Each function takes the SQL of a text and gives the SQL of its value, NULL where it has none. How most files write
comes first and costs little; what else is unambiguous is tried on the other rows alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

SIGNS: Mapping[str, str] = MappingProxyType(
    {"CNY": "¥|￥|元|RMB|CNY", "EUR": "€|EUR", "GBP": "£|GBP", "USD": "\\$|USD"}
)
"""How a currency may stand beside an amount. Another currency's sign makes the amount unreadable."""

# Blanks, and the mark that an export put in the middle when it was joined to another.
_EDGES = " \t\r\n\u00a0\u3000\ufeff"
_EDGE = r"^[\s\x{00A0}\x{3000}\x{FEFF}]|[\s\x{00A0}\x{3000}\x{FEFF}]$"
# Tiny numbers may come as 1e-05, as programs write them; 1.2E+05 has lost digits in a spreadsheet and is refused.
_PLAIN = r"^[+-]?\d{1,15}(\.\d{1,17})?(e-\d{1,3})?$"
_GROUPED_POINT = r"^[+-]?\d{1,3}(,\d{3})+(\.\d{1,17})?$"
_GROUPED_COMMA = r"^[+-]?\d{1,3}(\.\d{3})*(,\d{1,17})?$|^[+-]?\d{1,15}(,\d{1,17})?$"
SAYS_POINT = r"^[+-]?\d{1,3}(,\d{3})+\.\d+$|^[+-]?\d{1,3}(,\d{3}){2,}$|^[+-]?\d+\.(\d{1,2}|\d{4,})$"
SAYS_COMMA = r"^[+-]?\d{1,3}(\.\d{3})+,\d+$|^[+-]?\d{1,3}(\.\d{3}){2,}$|^[+-]?\d+,(\d{1,2}|\d{4,})$"
SAYS_EITHER = r"^[+-]?\d{1,3},\d{3}$"
"""1,234 alone: a thousand and more, or one and a bit."""

_ISO = r"^\d{4}-\d{1,2}-\d{1,2}([ T]\d{1,2}:\d{2}(:\d{2}(\.\d{1,9})?)?)?$"
_TIME = r"^\d{4}([-/.])\d{1,2}[-/.]\d{1,2}([ T]\d{1,2}:\d{2}(:\d{2}(\.\d{1,9})?)?)?( ?(Z|[+-]\d{2}(:?\d{2})?))?$"
_OFFSET = r":\d{2}(\.\d+)? ?(Z|[+-]\d{2}(:?\d{2})?)$"
_CHINESE = r"^(\d{4})年(\d{1,2})月(\d{1,2})[日号]?"
_HALF_DAY = r"(上午|下午|[AaPp][Mm])"
DAY_OR_MONTH_FIRST = r"^\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}"
LOST_DIGITS = r"^\d(\.\d+)?E\+\d{2,3}$"
"""What a spreadsheet made of a number with more than 11 digits before it was saved as text. Other programs write a
small e, and all the digits that there are."""
EXACT_TO = {"DOUBLE": 2**53, "FLOAT": 2**24}
"""Up to here a binary fraction tells every whole number from its neighbours; beyond, codes become one another."""
CELL_ERROR = r"^#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!)$"
_SERIAL_FROM, _SERIAL_TO = 32_874, 73_051
"""1990 to 2100 in a spreadsheet's days since the end of 1899."""


def quoted(name: str) -> str:
    """A column's name."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str) -> str:
    """A text as a value."""
    return "'" + value.replace("'", "''") + "'"


def trimmed(text: str) -> str:
    """Without blanks at its edges; NULL where nothing is left."""
    # Comparing first and last bytes is quicker than any pattern, and most texts are of ASCII.
    wide = f"strlen({text}) <> length({text}) AND regexp_matches({text}, '{_EDGE}')"
    blank = f"{text} < '!' OR ({text})[-1] < '!' OR ({wide})"
    return f"nullif(CASE WHEN {blank} THEN trim({text}, '{_EDGES}') ELSE {text} END, '')"


def as_text(column: str, kind: str, *, number: bool = False, code: bool = False) -> str:
    """A column of DuckDB type `kind` as trimmed text. `number`: spelled plainly; `code`: 17850.0 is 17850."""
    if kind in ("DOUBLE", "FLOAT") and number:
        # 9 decimals are beyond any price, and take away what binary fractions add.
        exact = f"try_cast({column} AS DECIMAL(38, 9))"
        return f"coalesce(rtrim(rtrim({exact}::VARCHAR, '0'), '.'), {column}::VARCHAR)"
    if kind in ("DOUBLE", "FLOAT"):
        return binary_code(column, kind)
    if kind == "TIMESTAMP WITH TIME ZONE":
        return f"strftime(timezone('UTC', {column}), '%Y-%m-%d %H:%M:%S.%fZ')"
    text = trimmed(column if kind == "VARCHAR" else f"{column}::VARCHAR")
    # A column of numbers with gaps leaves other programs as 17850.0: the same member, store or till as 17850.
    return f"regexp_replace({text}, '^(\\d+)\\.0+$', '\\1')" if code else text


def binary_code(column: str, kind: str) -> str:
    """A code that a program kept as a binary fraction: 17850.0 is 17850; too long for it, it is spelled as one that
    lost digits."""
    whole = f"{column} = floor({column}) AND abs({column}) < {EXACT_TO[kind]}"
    lost = f"WHEN abs({column}) >= {EXACT_TO[kind]} THEN format('{{:.14E}}', {column}::DOUBLE)"
    return f"CASE WHEN {whole} THEN {column}::BIGINT::VARCHAR {lost} ELSE {column}::VARCHAR END"


def narrow(text: str) -> str:
    """Full-width digits and signs as narrow ones; a text of ASCII alone is itself."""
    wide, thin = "０１２３４５６７８９．，－−＋：／　年月日号时分秒", "0123456789.,--+:/ 年月日号时分秒"
    return f"CASE WHEN strlen({text}) = length({text}) THEN {text} ELSE translate({text}, '{wide}', '{thin}') END"


def number(text: str, *, of: str = "DECIMAL(24, 9)", decimal: str | None = None, currency: str | None = None) -> str:
    """An exact decimal `of` a size, rounded half away from zero where it has more places.

    `decimal` says what stands before fractions; `currency` whose signs may stand beside.

    Without `decimal` a comma is read only where it can be nothing but thousands: 1,234.50 and 1,234,567.
    """
    bare = narrow(text)
    if currency is not None and currency in SIGNS:
        sign = f"^([+-]?) ?({SIGNS[currency]}) ?([+-]?)|[ ]?({SIGNS[currency]})$"
        bare = f"regexp_replace({bare}, '{sign}', '\\1\\3', 'gi')"
    cast = "try_cast(CASE WHEN regexp_matches(v, '{plain}') THEN v {grouped} END AS {of})"
    if decimal == ",":
        grouped = f"WHEN regexp_matches(v, '{_GROUPED_COMMA}') THEN replace(replace(v, '.', ''), ',', '.')"
        cast = f"try_cast(CASE {grouped} END AS {of})"
        return f"list_transform([{bare}], lambda v: {cast})[1]"
    unclear = "" if decimal == "." else f" AND NOT regexp_matches(v, '{SAYS_EITHER}')"
    grouped = f"WHEN regexp_matches(v, '{_GROUPED_POINT}'){unclear} THEN replace(v, ',', '')"
    other = f"list_transform([{bare}], lambda v: {cast.format(plain=_PLAIN, grouped=grouped, of=of)})[1]"
    return (
        f"CASE WHEN {text} IS NULL THEN NULL WHEN regexp_matches({text}, '{_PLAIN}') "
        f"THEN try_cast({text} AS {of}) ELSE {other} END"
    )


def local_time(text: str, date_format: str | None) -> str:
    """The TIMESTAMP that stands in the text, as the shop's clock showed it; NULL where it has an offset of its own.

    `date_format` is one format or several with ` | ` between them, tried in turn; then nothing else is read.
    """
    if date_format:
        formats = ", ".join(literal(one.strip()) for one in date_format.split(" | "))
        return f"try_strptime({text}, [{formats}])"
    iso = f"WHEN regexp_matches({text}, '{_ISO}') THEN try_cast(replace({text}, 'T', ' ') AS TIMESTAMP)"
    serial = (
        f"WHEN regexp_matches(v, '^\\d{{5}}(\\.\\d+)?$') THEN CASE WHEN v::DOUBLE >= {_SERIAL_FROM} "
        f"AND v::DOUBLE < {_SERIAL_TO} THEN TIMESTAMP '1899-12-30' + to_seconds(round(v::DOUBLE * 86400)) END"
    )
    compact = (
        "WHEN regexp_matches(v, '^(19|20)\\d{6}$') THEN try_strptime(v, '%Y%m%d') "
        "WHEN regexp_matches(v, '^(19|20)\\d{6}[ T]?\\d{6}$') "
        "THEN try_strptime(regexp_replace(v, '[ T]', ''), '%Y%m%d%H%M%S') "
        "WHEN regexp_matches(v, '^(19|20)\\d{6}[ T]?\\d{4}$') "
        "THEN try_strptime(regexp_replace(v, '[ T]', ''), '%Y%m%d%H%M')"
    )
    half_day = (
        f"WHEN regexp_matches(v, '{_HALF_DAY}') THEN try_strptime(regexp_replace(regexp_replace(replace(replace("
        "v, '上午', 'AM '), '下午', 'PM '), '^(.*\\S) *([AaPp][Mm]) *(\\d{1,2}:[\\d:]+)$', '\\1 \\3 \\2'), "
        "'(:\\d{2}) ?([AaPp][Mm])$', '\\1 \\2'), ['%Y-%m-%d %I:%M:%S %p', '%Y-%m-%d %I:%M %p'])"
    )
    usual = (
        f"WHEN regexp_matches(v, '{_TIME}') AND NOT regexp_matches(v, '{_OFFSET}') "
        "THEN try_cast(replace(v, 'T', ' ') AS TIMESTAMP)"
    )
    other = f"list_transform([{_spelled(narrow(text))}], lambda v: CASE {serial} {compact} {half_day} {usual} END)[1]"
    return f"CASE {iso} ELSE {other} END"


def clock(text: str) -> str:
    """The TIME of a text that is a time of day: 9:05, 09:05:33, 下午 3:05, 9时5分, 90533, a spreadsheet's 0.37882."""
    digits = r"^([01]?\d|2[0-3])[0-5]\d[0-5]\d$"
    colons = r"regexp_replace(lpad(v, 6, '0'), '^(..)(..)(..)$', '\1:\2:\3')"
    part = r"^0?\.\d+$"
    second = "(TIMESTAMP '2000-01-01' + to_seconds(round(v::DOUBLE * 86400)))"
    chinese = r"regexp_replace(v, '^(\d{1,2})[时点](\d{1,2})分?(?:(\d{1,2})秒?)?$', '\1:\2:\3')"
    spelled = (
        f"CASE WHEN regexp_matches(v, '{digits}') THEN {colons} "
        f"WHEN regexp_matches(v, '[时点]') THEN rtrim({_padded(_padded(chinese))}, ':') ELSE v END"
    )
    read = local_time(f"('2000-01-01 ' || {spelled})", None)
    return (
        f"list_transform([{narrow(text)}], lambda v: CASE WHEN regexp_matches(v, '{part}') "
        f"THEN {second}::TIME ELSE ({read})::TIME END)[1]"
    )


def offset_time(text: str) -> str:
    """The TIMESTAMPTZ of a text that has an offset of its own, else NULL."""
    return (
        f"CASE WHEN regexp_matches({text}, '{_OFFSET}') AND regexp_matches({text}, '{_TIME}') "
        f"THEN try_cast({_spelled(text)} AS TIMESTAMPTZ) END"
    )


def _spelled(text: str) -> str:
    """2026/6/1, 2026.6.1 and 2026年6月1日 9时5分 as 2026-6-1 9:05."""
    dashes = f"regexp_replace({text}, '^(\\d{{4}})[/.](\\d{{1,2}})[/.](\\d{{1,2}})', '\\1-\\2-\\3')"
    chinese = (
        f"regexp_replace(regexp_replace({text}, '{_CHINESE} *', '\\1-\\2-\\3 '), "
        "'(\\d{1,2})时(\\d{1,2})分?(?:(\\d{1,2})秒?)?$', '\\1:\\2:\\3')"
    )
    clock = f"rtrim({_padded(_padded(chinese))}, ' :')"
    return f"CASE WHEN contains({text}, '年') THEN {clock} ELSE replace({dashes}, 'T', ' ') END"


def _padded(text: str) -> str:
    """9:5: as 9:05, for a clock has two digits."""
    return f"regexp_replace({text}, ':(\\d)(:|$)', ':0\\1\\2', 'g')"
