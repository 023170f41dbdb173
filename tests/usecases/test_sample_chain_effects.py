"""The planted effects are in the receipts: treated members come more or less often than held-out ones, by that much."""

from __future__ import annotations

from datetime import date
from math import sqrt

import duckdb
import pytest

from huitou.usecases.sample_chain.effects import campaigns_of, plant_effects
from huitou.usecases.sample_chain.people import draw_people
from huitou.usecases.sample_chain.terms import SampleChain
from huitou.usecases.sample_chain.visits import draw_visits, make_clock

CHAIN = SampleChain(20261, 40_000, 3, date(2026, 11, 25))


@pytest.fixture(scope="module", params=["coupon", "message"])
def campaign(request):
    """A session with the visits of one campaign's members within its window, and what was planted."""
    found = next(one for one in campaigns_of(CHAIN) if one.kind == request.param)
    first, last = next(span for span in CHAIN.month_spans() if span[0] <= found.starts_on <= span[1])
    with duckdb.connect() as session:
        draw_people(session, CHAIN)
        plant_effects(session, CHAIN)
        make_clock(session, CHAIN)
        draw_visits(session, CHAIN, first, last, found)
        session.execute(
            "CREATE TABLE came AS SELECT arm, effect, responds, count(visit) AS visits FROM assigned "
            f"LEFT JOIN visits ON visits.i = assigned.i AND day BETWEEN DATE '{found.starts_on}' "
            f"AND DATE '{found.ends_on}' GROUP BY assigned.i, arm, effect, responds"
        )
        yield session


def _mean_and_error(session, where):
    mean, error = session.sql(
        f"SELECT avg(visits), stddev_samp(visits) / sqrt(count(*)) FROM came WHERE {where}"
    ).fetchall()[0]
    return mean, error


def test_who_gains_comes_more_often_by_what_was_planted(campaign):
    (planted,) = campaign.sql("SELECT avg(effect) FROM came WHERE effect > 0").fetchall()[0]
    treated, error = _mean_and_error(campaign, "effect > 0 AND arm = 'treated'")
    held_out, other = _mean_and_error(campaign, "effect > 0 AND arm = 'held_out'")
    found, spread = treated - held_out, sqrt(error**2 + other**2)
    assert abs(found - planted) < 4 * spread, "the difference between the arms is the planted effect"
    assert found > 2 * spread, "and it is seen above the noise"


def test_who_is_annoyed_comes_less_often(campaign):
    expected, _ = _mean_and_error(campaign, "effect < 0 AND arm = 'held_out'")
    (share,) = campaign.sql("SELECT avg(effect) FROM came WHERE effect < 0").fetchall()[0]
    treated, error = _mean_and_error(campaign, "effect < 0 AND arm = 'treated'")
    held_out, other = _mean_and_error(campaign, "effect < 0 AND arm = 'held_out'")
    assert abs((treated - held_out) - share * expected) < 4 * sqrt(error**2 + other**2)


def test_who_is_indifferent_comes_as_often(campaign):
    treated, error = _mean_and_error(campaign, "effect = 0 AND arm = 'treated'")
    held_out, other = _mean_and_error(campaign, "effect = 0 AND arm = 'held_out'")
    assert abs(treated - held_out) < 4 * sqrt(error**2 + other**2), "the control finds nothing where nothing is"


def test_a_response_is_a_probability(campaign):
    planted, responded, asked = campaign.sql(
        "SELECT sum(effect), sum(responds::INTEGER), count(*) FROM came WHERE arm = 'treated' AND effect > 0"
    ).fetchall()[0]
    assert abs(responded - planted) < 4 * sqrt(planted), f"{asked} were asked"
