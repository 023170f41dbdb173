"""What the members of the sample chain told the desk about themselves: some of it, by most of them."""

from __future__ import annotations

from huitou.usecases.sample_chain.draws import between, one_of, texts, uniform
from huitou.usecases.sample_chain.places import places_of
from huitou.usecases.sample_chain.terms import SampleChain

TELL_SEX, TELL_HOUSEHOLD, TELL_ADDRESS = 0.72, 0.38, 0.33
STREETS = (
    *("人民路", "中山路", "解放路", "文一路", "建国路", "新华路", "江南大道", "学院路", "望江路", "和平路"),
    *("朝阳路", "环城东路", "滨河路", "青年路", "育才路"),
)


def told_columns(chain: SampleChain) -> str:
    """Columns of `people` beside `life`, `woman`, `home` and `household`: household_size, told_sex, told_household,
    told_address."""
    seed = chain.seed
    sex = "if(woman, 'female', 'male')"
    return f"""{_household_size(seed)}::SMALLINT AS household_size,
       CASE WHEN {uniform(seed, "i", 45)} < {TELL_SEX} THEN {sex} ELSE '' END AS told_sex,
       CASE WHEN {uniform(seed, "i", 46)} < {TELL_HOUSEHOLD} THEN household_size END AS told_household,
       CASE WHEN {uniform(seed, "i", 47)} < {TELL_ADDRESS} THEN {_address(chain)} END AS told_address"""


def _household_size(seed: int) -> str:
    with_one_more = f"({uniform(seed, 'household', 48)} < 0.25)::INTEGER"
    return f"(CASE life WHEN 'single' THEN 1 WHEN 'baby' THEN 3 WHEN 'school' THEN 3 ELSE 2 END + {with_one_more})"


def _address(chain: SampleChain) -> str:
    """A house in the district of the home store, as all of the household would say it."""
    districts = texts([place.district for place in places_of(chain.members)])
    number, building, floor, flat = (
        between(1, most, chain.seed, "household", key) for key, most in enumerate((380, 24, 6, 2), 108)
    )
    said = (f"{districts}[home + 1]", one_of(STREETS, chain.seed, "household", 49))
    return f"concat({', '.join(said)}, {number}, '号', {building}, '幢', {floor}, '0', {flat}, '室')"
