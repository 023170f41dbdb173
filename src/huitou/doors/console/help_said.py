"""Questions that people have, each with its answer in a sentence and the page where it is done. Found by the search."""

from __future__ import annotations

from dataclasses import dataclass

from huitou.access.terms import Right
from huitou.kernel.errors import N_


@dataclass(frozen=True, slots=True)
class Help:
    """`words`: what else people type who look for it."""

    question: str
    answer: str
    page: str
    right: Right
    words: str = ""


HELP = (
    Help(
        N_("How do I bring a till's history in?"),
        N_("As a file with a row for each line of a receipt; columns are guessed, and asked about."),
        "import_new",
        Right.READ_FILES_IN,
        N_("import upload csv excel file history old system"),
    ),
    Help(
        N_("How does a file come in by itself every night?"),
        N_("A drop watches a folder or an SFTP server and reads in what is put there."),
        "mappings",
        Right.SEE_IMPORTS,
        N_("automatic nightly sftp folder drop"),
    ),
    Help(
        N_("What became of the rows that were refused?"),
        N_("They wait with their reason; mended, they are taken in, and nothing counts twice."),
        "imports",
        Right.SEE_IMPORTS,
        N_("error wrong rows mend reject"),
    ),
    Help(
        N_("Who is a diamond, gold, silver or dormant member?"),
        N_("Whoever is above the cut-offs; a new version is tried out before it holds."),
        "cut_offs",
        Right.SET_CUT_OFFS,
        N_("layer level rfm threshold"),
    ),
    Help(
        N_("Why are today's figures not there yet?"),
        N_("They are counted each night, or when you ask for it."),
        "refresh",
        Right.RUN_REFRESH,
        N_("late old update refresh count"),
    ),
    Help(
        N_("How is a figure reckoned?"),
        N_("Every figure has a page with its definition, its SQL, its months and its parts."),
        "kpis",
        Right.SEE_OVERVIEW,
        N_("definition formula kpi meaning sales repurchase churn"),
    ),
    Help(
        N_("What is wrong with my data?"),
        N_("Source by source: what is missing, what is no value, what is there twice."),
        "quality",
        Right.SEE_IMPORTS,
        N_("quality missing duplicate bad"),
    ),
    Help(
        N_("How do I set a target?"),
        N_("For each figure a baseline and a target; the overview shows how far it is."),
        "targets",
        Right.SET_TARGETS,
        N_("goal target baseline budget plan"),
    ),
    Help(
        N_("How do I find members for a campaign?"),
        N_("A segment is built of conditions, and says at once how many there are and why."),
        "segments",
        Right.SEE_SEGMENTS,
        N_("audience list target group export"),
    ),
    Help(
        N_("What is bought together, and when do people come?"),
        N_("The analysis asks any span of days by store, category, hour and basket."),
        "analysis",
        Right.SEE_OVERVIEW,
        N_("basket affinity hours demand funnel price"),
    ),
    Help(
        N_("How do I make an offer?"),
        N_("Begin with a starter or an empty form; it is rehearsed on real receipts before it is on."),
        "starters",
        Right.EDIT_OFFERS,
        N_("promotion discount new threshold member price second half"),
    ),
    Help(
        N_("Why does this basket cost that?"),
        N_("The test bench prices any basket and says why each offer applied or did not."),
        "offer_bench",
        Right.SEE_OFFERS,
        N_("price wrong explain try test receipt"),
    ),
    Help(
        N_("How do I hand out coupons?"),
        N_("Make a kind, issue a batch, and take its codes out or give them to a segment."),
        "coupons",
        Right.SEE_OFFERS,
        N_("voucher code batch issue void find"),
    ),
    Help(
        N_("Can members pay with points?"),
        N_("Yes, once an administrator has said what points are worth."),
        "points",
        Right.SET_POINTS,
        N_("points worth redeem pay rate"),
    ),
    Help(
        N_("How do I print shelf labels?"),
        N_("All of a store, or only those that changed, as a file for a label printer."),
        "labels",
        Right.PRINT_LABELS,
        N_("price tag label shelf excel"),
    ),
    Help(
        N_("Two entries are one person: what now?"),
        N_("Compare them and make them one; it can be undone."),
        "duplicates",
        Right.MERGE_MEMBERS,
        N_("duplicate merge twice double card"),
    ),
    Help(
        N_("A till's receipt does not fit the books: what now?"),
        N_("It stands among the conflicts until a person says what was found."),
        "conflicts",
        Right.SETTLE_CONFLICTS,
        N_("conflict error till offline number"),
    ),
    Help(
        N_("How do I move from the old loyalty programme?"),
        N_("Balances and tiers are brought in, checked against the old system, and signed."),
        "cutover",
        Right.SEE_IMPORTS,
        N_("cut-over switch migrate balance points tier"),
    ),
    Help(
        N_("How does staff get its discount?"),
        N_("Say which members are staff; the offer for them has a quota of its own."),
        "staff",
        Right.SET_STAFF,
        N_("employee discount quota"),
    ),
    Help(
        N_("Who may log in, and see which stores?"),
        N_("Each person has a role and stores; whoever has left is shut out here."),
        "people",
        Right.MANAGE_PEOPLE,
        N_("account user right role permission left"),
    ),
    Help(
        N_("How do I change my password?"),
        N_("It is changed here, and logs you out everywhere else."),
        "own_password",
        Right.SEE_MEMBERS,
        N_("password log in account"),
    ),
    Help(
        N_("What are pages made of?"),
        N_("All components of the console on one page, with the rules of each."),
        "design",
        Right.SEE_OVERVIEW,
        N_("design component colour"),
    ),
)
