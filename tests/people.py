"""The cast. Every number is in a range reserved for fiction, so no test can ever reach a phone."""

#: Our clinics' sending numbers.
CLINIC = "+12025550100"
OTHER_CLINIC = "+12025550110"
LINE = "020 7946 0000"

AMINA = "+12025550101"
BO = "+12025550102"
CHEN = "+447700900103"
#: Enrolled nowhere.
STRANGER = "+12025550199"

LONDON = "Europe/London"
ACCOUNT_SID = "AC" + "a1" * 16
AUTH_TOKEN = "token-of-the-test"
