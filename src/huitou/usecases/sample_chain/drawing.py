"""Draw a sample chain: who is there, and what they bought in each month. It needs no database and no Django."""

from __future__ import annotations

from datetime import date

import duckdb

from huitou.usecases.sample_chain.baskets import fill_baskets
from huitou.usecases.sample_chain.coupons import choose_redeeming
from huitou.usecases.sample_chain.effects import Campaign, campaigns_of, plant_effects
from huitou.usecases.sample_chain.month_rows import MonthSums, number_receipts
from huitou.usecases.sample_chain.people import draw_people
from huitou.usecases.sample_chain.places import places_of
from huitou.usecases.sample_chain.returns import draw_returns
from huitou.usecases.sample_chain.shelf import stock_aisles, stock_month
from huitou.usecases.sample_chain.terms import SampleChain
from huitou.usecases.sample_chain.visits import draw_visits, make_clock


def draw_whom(session: duckdb.DuckDBPyConnection, chain: SampleChain) -> None:
    """Everything that does not belong to one month: members, effects, the clock, the shelf."""
    draw_people(session, chain)
    plant_effects(session, chain)
    make_clock(session, chain)
    stock_aisles(session)


def draw_month(session: duckdb.DuckDBPyConnection, chain: SampleChain, first: date, last: date) -> MonthSums:
    """Draw the receipts of one month, into tables that `month_rows` names."""
    campaign = campaign_of(chain, first, last)
    stock_month(session, chain, first, last)
    draw_visits(session, chain, first, last, campaign)
    choose_redeeming(session, chain, campaign)
    fill_baskets(session, chain, first)
    draw_returns(session, last)
    return number_receipts(session, [place.code for place in places_of(chain.members)])


def campaign_of(chain: SampleChain, first: date, last: date) -> Campaign | None:
    return next((campaign for campaign in campaigns_of(chain) if first <= campaign.starts_on <= last), None)
