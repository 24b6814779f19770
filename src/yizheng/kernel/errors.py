"""How the product says no to its users: what was expected, what came, what to do. Never with personal data in it."""


class Refused(Exception):
    """Work that was not done, and why, in one plain sentence that a person can act on.

    Nothing was changed when it is raised. The command line prints it to stderr and exits with 1; screens show it.
    """


class Misused(Refused):
    """The call itself was wrong (an option, a word, a date). The command line exits with 2."""
