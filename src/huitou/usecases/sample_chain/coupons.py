"""Which receipts of a month redeem the coupon of its campaign, as a table `redeeming`.

Not only those who come because of it: of the treated who would have come anyway some use it too, so that counting
redeemed coupons overstates what they did, as in life.
"""

from __future__ import annotations

import duckdb

from huitou.usecases.sample_chain.draws import uniform
from huitou.usecases.sample_chain.effects import Campaign
from huitou.usecases.sample_chain.terms import SampleChain

COUPON_OFF = 10
"""Per cent off each line of the receipt, after what is promoted."""
REDEEMS_ANYWAY, REDEEMS_BY_PRICE_SENSE = 0.15, 0.9


def choose_redeeming(session: duckdb.DuckDBPyConnection, chain: SampleChain, campaign: Campaign | None) -> None:
    """Make `redeeming` (visit, i): one receipt a member at most; none where the campaign is no coupon's."""
    if campaign is None or campaign.kind != "coupon":
        session.execute("CREATE OR REPLACE TABLE redeeming (visit INTEGER, i INTEGER)")
        return
    anyway = uniform(chain.seed, "i", 110, campaign.number)
    session.execute(
        f"""CREATE OR REPLACE TABLE redeeming AS
        SELECT min_by(visit, CASE WHEN responds AND day = comes_on THEN 0 ELSE visit END) AS visit, i
        FROM visits JOIN assigned USING (i) JOIN (SELECT i, price_sense FROM people) USING (i)
        WHERE arm = 'treated' AND day BETWEEN DATE '{campaign.starts_on}' AND DATE '{campaign.ends_on}'
          AND (responds OR {anyway} < {REDEEMS_ANYWAY} + {REDEEMS_BY_PRICE_SENSE} * price_sense)
        GROUP BY i"""
    )
