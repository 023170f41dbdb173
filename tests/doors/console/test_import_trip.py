"""A file's trip through the console: looked into, matched, tried, taken once, taken back."""

from __future__ import annotations

import re
import zlib

import pytest
from django.utils import timezone

from huitou.uploads.terms import CHUNK_BYTES
from huitou.usecases import run_jobs
from tests.builders import books, rows

JSON = {"Accept": "application/json"}
PLAIN = """小票号,时间,商品编码,品名,数量,实付金额,卡号,备注
A1,2026-06-01 09:12,690001,鲜牛奶,2,25.60,V1,早
A1,2026-06-01 09:12,690002,豆腐,1,3.50,V1,早
A2,2026-06-01 09:15,690001,鲜牛奶,1,12.80,,晚
A3,2026-06-31 09:00,690001,鲜牛奶,1,12.80,V2,晚
A4,2026-06-02 10:00,,没有编码,1,5.00,V2,晚
"""


def send(client, text=PLAIN, name="六月.csv", encoding="utf-8"):
    """The file sent in its pieces; the address of its trip."""
    raw = text if isinstance(text, bytes) else text.encode(encoding)
    begun = client.post("/imports/uploads", {"name": name, "size": len(raw), "mark": name}, headers=JSON).json()
    for offset in range(0, len(raw), CHUNK_BYTES):
        piece = raw[offset : offset + CHUNK_BYTES]
        headers = JSON | {"X-Piece-Offset": str(offset), "X-Piece-Crc32": f"{zlib.crc32(piece):08x}"}
        client.post(begun["pieces"], piece, content_type="application/octet-stream", headers=headers)
    return begun["page"]


def looked(client, *args, **more):
    page = send(client, *args, **more)
    client.post(page + "/look")
    return page


def text_of(response):
    page = re.sub(r"<script.*?</script>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", page[page.find("<main") :]).split())


def chosen(response):
    """Column by field, as the selects stand."""
    found = re.findall(r'<select[^>]*name="column-(\w+)".*?</select>', response.content.decode(), re.DOTALL)
    selects = re.findall(r'<select[^>]*name="column-\w+".*?</select>', response.content.decode(), re.DOTALL)
    values = [re.search(r'value="([^"]*)" selected', select) for select in selects]
    return {name: value[1] if value else "" for name, value in zip(found, values, strict=True)}


@pytest.mark.django_db
def test_a_file_with_plain_headers_needs_no_typing(as_role):
    client = as_role("marketer")
    page = looked(client)
    answer = client.get(page)
    assert {field: column for field, column in chosen(answer).items() if column} == {
        "receipt": "小票号",
        "at": "时间",
        "sku": "商品编码",
        "name": "品名",
        "quantity": "数量",
        "amount": "实付金额",
        "member": "卡号",
    }
    said = text_of(answer)
    assert "「小票号」" in said, "each guess says why"
    assert "备注" in said, "a column that is not read is shown as such"
    assert "2 行通不过检查" in said
    assert "商品编码是空的" in said or "商品编码为空" in said or "商品编码" in said
    assert re.search(r'class="fault"[^>]*>\s*2026-06-31 09:00', answer.content.decode()), "the cell at fault is marked"


@pytest.mark.django_db
def test_dates_that_can_be_mistaken_are_asked_with_both_ways_on_a_real_value(as_role):
    client = as_role("administrator")
    page = looked(client, PLAIN.replace("2026-06-01", "03/06/2026").replace("2026-06-02", "04/06/2026"))
    body = client.get(page).content.decode()
    assert "03/06/2026 09:12 → 2026-06-03" in body
    assert "03/06/2026 09:12 → 2026-03-06" in body
    assert "还缺少： 日期格式" in text_of(client.get(page)), "nothing is tried before somebody has said it"
    client.post(page + "/try")
    assert 'action="/imports/jobs/' not in client.get(page).content.decode()
    client.post(page + "/match", {"date_format": "%d/%m/%Y %H:%M"})
    answer = client.get(page)
    assert "2026-06-03 09:12" in text_of(answer), "what was said is how the rows are read"
    assert chosen(answer)["receipt"] == "小票号", "and the columns stay as they were"


@pytest.mark.django_db
def test_what_the_file_leaves_open_is_asked_with_each_choice_on_real_rows(as_role):
    client = as_role("administrator")
    page = looked(client, "a;b,c;d\n1;2,3;4\n5;6,7;8\n")
    answer = client.get(page)
    body = answer.content.decode()
    offered = re.findall(r'type="radio" name="delimiter" value="([^"]+)"', body)
    assert {"semicolon", "comma"} <= set(offered), text_of(answer)
    assert "b,c" in body, "as it would be read"
    for part in ("delimiter", "encoding", "header_row", "decimal", "date_format", "sheet"):
        assert client.post(page + "/look", {part: "no answer\0"}).status_code in (302, 400), part
    client.post(page + "/look", {"delimiter": "semicolon"})
    assert 'name="delimiter" value=' not in client.get(page).content.decode(), "it is not asked again"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "name", "code"),
    [(b"%PDF-1.7 x", "a.csv", "file_kind_unknown"), (b"PK\x03\x04broken", "a.xlsx", "file_unreadable")],
)
def test_a_file_that_cannot_be_read_says_so_and_what_to_do(as_role, content, name, code):
    client = as_role("administrator", language="en")
    page = send(client, content, name)
    for headers in ({}, {"HX-Request": "true"}):
        answer = client.post(page + "/look", headers=headers)
        said = answer.content.decode()
        assert code in said
        assert "uploads/" not in re.sub(r'"[^"]*"', "", said), "where it lies on the server is not told"
        assert "Choose another file" in said


@pytest.mark.django_db
def test_nothing_is_begun_with_a_file_into_which_nobody_has_looked(as_role):
    client = as_role("marketer")
    for text, because in [(PLAIN, "nobody has looked yet"), ("\x00" * 40, "it was refused when somebody did")]:
        page = send(client, text)
        if text != PLAIN:
            client.post(page + "/look")
        for step in ("match", "try", "totals", "take"):
            answer = client.post(f"{page}/{step}", {"kind": "receipts"})
            assert (answer.status_code, answer["Location"]) == (302, page), because
        assert client.post(f"{page}/match", headers={"HX-Request": "true"}).status_code == 302, because
        assert client.get(page).status_code == 200, because
    assert rows("SELECT count(*) FROM inbox_job") == [(0,)]


def test_a_mapping_is_kept_over_a_reload_and_asked_for_what_is_missing(as_role):
    client = as_role("marketer")
    page = looked(client)
    form = {f"column-{field}": column for field, column in chosen(client.get(page)).items()}
    client.post(
        page + "/match", form | {"column-channel": "备注", "column-sku": "", "source": "老系统", "kind": "receipts"}
    )
    again = client.get(page)
    assert chosen(again)["channel"] == "备注"
    assert "还缺少： 商品编码" in text_of(again)
    assert 'value="老系统"' in again.content.decode()
    client.post(page + "/try", form | {"column-sku": ""})
    assert rows("SELECT count(*) FROM inbox_job") == [(0,)], "nothing is tried with half a mapping"
    client.post(page + "/match", form | {"column-sku": "' OR 1=1 --"})
    assert chosen(client.get(page))["sku"] == "商品编码", "a column that the file does not have is not taken"


@pytest.mark.django_db(transaction=True)
def test_a_file_is_tried_taken_once_and_taken_back(as_role):
    client = as_role("administrator")
    page = looked(client)
    before = _books()
    form = {f"column-{field}": column for field, column in chosen(client.get(page)).items()}
    client.post(page + "/try", form)
    assert "正在排队" in text_of(client.get(page))
    assert client.get("/imports/jobs/" + _last_job(), {"seen": "other"}).status_code == 200
    run_jobs.run_waiting(timezone.now)
    assert client.get("/imports/jobs/" + _last_job())["HX-Refresh"] == "true"
    tried = text_of(client.get(page))
    assert "有 3 行可以导入" in tried
    assert "2 行通不过检查" in tried
    assert "3 行，1 家新门店，1 名新会员，2 个新商品" in tried, "what would change is said before it does"
    assert _books() == before, "a trial leaves nothing"

    for _ in range(2):
        client.post(page + "/take")
    assert rows("SELECT count(*) FROM inbox_job WHERE NOT dry_run") == [(1,)], "a double click takes once"
    run_jobs.run_waiting(timezone.now)
    answer = client.get(page)
    assert answer.status_code == 302
    imported = answer["Location"]
    assert "已导入 3 行" in text_of(client.get(imported))
    assert "at_unreadable" in client.get(imported).content.decode()
    assert rows("SELECT count(*) FROM receipts_receipt") == [(2,)]
    assert "六月.csv" in text_of(client.get("/imports?q=六月"))
    assert client.get("/imports").content.decode().count("还没导入完") == 0, "what is taken in waits no more"

    asked = client.post(imported + "/undo")["Location"]
    run_jobs.run_waiting(timezone.now)
    assert "将移除的小票" in text_of(client.get(asked)) or "将撤销以下内容" in text_of(client.get(asked))
    assert rows("SELECT count(*) FROM receipts_receipt") == [(2,)], "to look changes nothing"
    gone = {client.post(imported + "/undo/go")["Location"] for _ in range(2)}
    assert len(gone) == 1, "a double click takes back once"
    run_jobs.run_waiting(timezone.now)
    assert client.get(gone.pop())["Location"] == imported
    assert "撤销这次导入" in text_of(client.get(imported))
    assert rows("SELECT count(*) FROM receipts_receipt") == [(0,)]
    assert rows("SELECT action FROM access_auditentry ORDER BY id") == [("import_started",), ("import_undo_started",)]
    assert looked(client, name="七月.csv")
    assert "上一个同样表头文件的设置" in text_of(client.get(looked(client, name="八月.csv")))


def _last_job() -> str:
    return str(rows("SELECT max(id) FROM inbox_job")[0][0])


def _books():
    kept = books()
    return {name: found for name, found in kept.items() if name.startswith(("receipts_", "members_", "loyalty_"))}


@pytest.mark.django_db
def test_a_job_is_stopped_by_who_may(as_role):
    client = as_role("marketer")
    page = looked(client)
    form = {f"column-{field}": column for field, column in chosen(client.get(page)).items()}
    client.post(page + "/try", form)
    client.post(f"/imports/jobs/{_last_job()}/stop", {"back": page})
    said = client.get(page)
    assert "已停止" in text_of(said)
    assert "job_cancelled" in said.content.decode()
    assert client.get(page + "?step=match").status_code == 200, "the way back is open"
    away = client.post(f"/imports/jobs/{_last_job()}/stop", {"back": "https://elsewhere.example/"})
    assert away["Location"] == "/imports"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "address", "method", "status", "because"),
    [
        ("marketer", "/imports/1/undo", "post", 403, "a marketer may not take imports back"),
        ("marketer", "/imports/1/undo/go", "post", 403, "nor by the second address"),
        ("store_manager", "/imports/1", "get", 403, "imports are the chain's"),
        ("store_manager", "/imports/jobs/1", "get", 403, "and so are their jobs"),
        ("administrator", "/imports/999999", "get", 404, "there is none"),
        ("administrator", "/imports/jobs/999999", "get", 404, "there is none"),
        ("administrator", "/imports/1/undo", "get", 405, "a link must not begin an undo"),
        ("administrator", "/imports/new/999999", "get", 404, "there is none"),
    ],
)
def test_who_may_what(chain, as_role, role, address, method, status, because):
    client = as_role(role, "east" if role == "store_manager" else "")
    assert getattr(client, method)(address).status_code == status, because


@pytest.mark.django_db
def test_the_list_finds_and_says_what_to_do_when_it_is_empty(chain, as_role):
    client = as_role("marketer", language="en")
    assert "till.csv" in text_of(client.get("/imports"))
    assert "No import matches." in text_of(client.get("/imports?q=nothing-like-it"))
    assert "No import matches." in text_of(client.get("/imports?q=%25")), "a sign of patterns is a sign"
    assert "till.csv" in text_of(client.get("/imports?state=taken"))
    assert "No import matches." in text_of(client.get("/imports?state=undone"))


@pytest.mark.django_db
def test_an_empty_list_leads_to_the_first_file(as_role):
    said = as_role("marketer").get("/imports")
    assert "还没有导入过文件" in text_of(said)
    assert said.content.decode().count('href="/imports/new"') == 1, "one primary button"
