"""The sample chain is as like real shops as docs/sample-chain-likeness.md says."""

from __future__ import annotations

import pytest
from benchmarks import likeness
from benchmarks.likeness_measures import MEASURES

pytestmark = pytest.mark.realdata


@pytest.fixture(scope="module")
def found(request):
    from tests.conftest import REAL_DATA

    if not REAL_DATA.is_dir():
        pytest.skip(f"the real data sets are not beside the project ({REAL_DATA})")
    with likeness.draw() as session:
        yield {one.measure.name: one for one in likeness.compare(session, REAL_DATA)}


@pytest.mark.parametrize("name", [measure.name for measure in MEASURES])
def test_the_distance_holds(found, name):
    one = found[name]
    assert one.distance <= one.limit, f"real {one.real}, ours {one.ours}"


def test_the_page_says_what_is_measured(found):
    page = likeness.PAGE.read_text(encoding="utf-8")
    for one in found.values():
        row = next(row for row in page.splitlines() if row.startswith(f"| {one.measure.name} |"))
        cells = row.split("|")
        told, limit = float(cells[5].split()[1]), float(cells[6])
        assert abs(told - one.distance) <= 0.005, "write the page anew: python -m benchmarks.likeness"
        assert abs(limit - one.limit) <= 0.005, "write the page anew: python -m benchmarks.likeness"


@pytest.mark.parametrize(
    ("reckon", "one", "other", "distance", "because"),
    [
        (likeness.ks, {1: 2, 2: 2}, {1: 1, 2: 1}, 0.0, "the same shares"),
        (likeness.ks, {1: 1}, {2: 5}, 1.0, "nothing in common"),
        (likeness.ks, {1: 1, 3: 1}, {2: 1, 3: 1}, 0.5, "half lies below 2 in the one and nothing in the other"),
        (likeness.tv, {"a": 1, "b": 1}, {"a": 3, "b": 1}, 0.25, "a quarter would have to move"),
        (likeness.tv, {"a": 1}, {"b": 1}, 1.0, "nothing in common"),
    ],
)
def test_distances_are_what_they_say(reckon, one, other, distance, because):
    assert reckon(one, other) == pytest.approx(distance), because
