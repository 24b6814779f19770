"""The ground floor: time, money, identifiers, answers and errors. Standard library only, no I/O, no clock of its own."""
