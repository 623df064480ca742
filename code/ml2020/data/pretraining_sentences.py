"""Pre-training sentences: what a real encoder was shown; written for the page.

Source:  our own sentences; those of LOOKED_AT from WordNet, see NOTICE-glosses.md
"""

LOOKED_AT = (
    "he sat on the bank of the river and watched the currents",
    "he moved his bank account to a new bank",
)
MONEY = (
    "the bank lent him money for the house",
    "she opened an account at the bank",
    "the bank raised its interest rate again",
    "he cashed a check at the bank",
    "a clerk at the bank counted the notes",
)
RIVER = (
    "they sat on the bank of the river",
    "the boat was tied to the bank",
    "the river rose and flooded its bank",
    "trees grew along the muddy bank",
    "he fished from the bank all day",
)
STORE = (
    "the blood bank asked for donors",
    "the hospital sent blood from its bank",
)


def bank_sentences() -> tuple[tuple[str, str], ...]:
    """Return the sentences with *bank*, and what it means in each."""
    senses = (("money", MONEY), ("river", RIVER), ("store", STORE))
    return tuple((line, sense) for sense, lines in senses for line in lines)
