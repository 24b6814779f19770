"""What of a personal value may be shown in passing. A mask keeps enough to recognise and too little to guess."""


def mask_name(name: str) -> str:
    """First and last character: `欧**娜`; of two characters only the first: `李*`."""
    if len(name) <= 1:
        return "*" * len(name)
    if len(name) == 2:
        return name[0] + "*"
    return name[0] + "*" * (len(name) - 2) + name[-1]


def mask_number(number: str) -> str:
    """`1****X`: first and last character only. Six and four would leave about 1,300 people to choose from."""
    return f"{number[0]}****{number[-1]}" if len(number) >= 2 else "****"


def mask_phone(phone: str) -> str:
    """`138****5678`; a number too short for that shows its last two digits."""
    if len(phone) >= 11:
        return f"{phone[:-8]}****{phone[-4:]}"
    return f"****{phone[-2:]}" if len(phone) >= 6 else "****"


def mask_account(account: str) -> str:
    """The last four digits of a bank account: `****6789`."""
    return f"****{account[-4:]}" if len(account) >= 8 else "****"
