"""How often things happen in the made world. Every rate of life and of fault stands here, and nowhere else."""

# --- who there is, as a share of the roster -----------------------------------------------------------------------
OTHERS = 0.30
"""People in the feeds who were never on the roster."""
ROWS_OF_OTHERS = 0.25
"""Share of the rows of a feed of life that are about them."""
MINORITY_NAMES = 0.02
RARE_CHARACTERS = 0.005
LOCAL_NUMBERS = 0.78
"""Identity numbers issued in the agency's own counties (their abolished codes included)."""

# --- fates ----------------------------------------------------------------------------------------------------------
DEATHS_A_YEAR = 0.031
HIDDEN_DEATHS = 0.025
"""Deaths of the last year that families keep silent: still on the roster."""
OLD_HIDDEN_DEATHS = 0.005
"""The same for the three years before."""
ENDED_IN_TIME = 0.10
"""Deaths of the month before the roster that it already shows as ended (1401)."""
CERTIFICATE_ISSUED, HOUSEHOLD_CANCELLED, CREMATED, DIED_IN_WARD = 0.86, 0.78, 0.72, 0.28
HIDDEN_CERTIFICATE, HIDDEN_CREMATED = 0.25, 0.20
FAMILY_ACTS_HIDDEN, FAMILY_ACTS = 0.40, 0.08
"""Families that swipe the card and buy tickets after the death."""
CUSTODY, SENTENCE_OUTSIDE = 0.0005, 0.0006
CUSTODY_KNOWN = 0.3
MISSING = 0.00012
DUPLICATES = 0.0008
ABROAD, NEWLY_ABROAD = 0.004, 0.0002
PAUSED = 0.008
PAUSED_SHOW_LIFE = 0.75
NEVER_CERTIFIED, OVERDUE = 0.004, 0.05
WRONGLY_REPORTED = 0.0002
"""Living people for whom a death is registered by mistake; life evidence follows later."""
UNSEEN_TOWN, UNSEEN_VILLAGE, UNSEEN_VERY_OLD = 0.03, 0.09, 0.14
"""People of whom no department hears for a year."""

# --- life: events a person and year, on the average of the roster ---------------------------------------------------
YEARLY = {
    "immigration": 0.05,
    "railway": 0.48,
    "aviation": 0.10,
    "medical_inpatient": 0.26,
    "medical_outpatient": 0.90,
    "family_doctor": 0.30,
    "police_counter": 0.10,
    "bank_card": 0.38,
    "other_region": 0.035,
}
CHECKUP_FROM_65, CHECKUP_BEFORE_65 = 0.80, 0.66
ALLOWANCE_VISIT = 0.5
RAILWAY_ENTERED, AVIATION_BOARDED = 0.86, 0.90
OUTPATIENT_FACE, BANK_FACE = 0.60, 0.62
LATE_SETTLEMENT = 0.15
COPIED_FORWARD = 0.3
OTHER_CANCELLATIONS = 0.003
"""注销 for 重户, 参军 and the like, a year and person of the roster (a twentieth of them about people on it)."""

# --- faults on purpose, as a share of rows --------------------------------------------------------------------------
ID_15_DIGITS = 0.004
ID_MISTYPED = 0.004
ID_FULL_WIDTH = 0.001
ID_MISSING = 0.0008
ID_LOWER_X = 0.30
"""Of the numbers that end in X."""
DEATH_ID_MISSING, DEATH_ID_MISTYPED = 0.06, 0.04
"""In the register of deaths, whose numbers are written by hand."""
DOT_VARIANT = 0.5
"""Of the names that carry a middle dot."""
NAME_BLANK = 0.003
DATE_OTHER_FORMAT = 0.02
DATE_IMPOSSIBLE = 0.0004
ROW_DAMAGED = 0.0002
"""Rows of CSV files that were cut off."""

# --- faults of whole deliveries -------------------------------------------------------------------------------------
SILENT_SOURCE, SILENT_DELIVERIES = "aviation", 2
LATE_SOURCE, LATE_DAY = "death_certificate", 20
"""The last delivery but one of this source arrives a month late, on this day of the last month."""
