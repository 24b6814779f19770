"""A kind of import contract: nobody outside a room enters its inner modules, also those that are made tomorrow."""

import grimp
from importlinter import Contract, ContractCheck, fields, output


class FrontDoors(Contract):  # type: ignore[misc]
    """Modules outside a room import the room itself or one of its `doors`, and nothing else of it.

    Options: `rooms`, the package of the rooms; `doors`, the names of the modules that others may import; `libraries`,
    rooms whose every module may be imported.
    """

    type_name = "front_doors"

    rooms = fields.StringField()
    doors = fields.ListField(subfield=fields.StringField())
    libraries = fields.ListField(subfield=fields.StringField())

    def check(self, graph: grimp.ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002 (import-linter gives it)
        """Every import from outside a room into one of its inner modules breaks the contract."""
        entered = []
        for room in sorted(graph.find_children(self.rooms)):
            if room.rpartition(".")[2] in self.libraries:
                continue
            mine = {room, *graph.find_descendants(room)}
            open_to_all = {room, *(f"{room}.{door}" for door in self.doors)}
            for inner in sorted(mine - open_to_all):
                importers = graph.find_modules_that_directly_import(inner) - mine
                entered += [f"{importer} imports {inner}" for importer in sorted(importers)]
        return ContractCheck(kept=not entered, metadata={"entered": entered})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Say who entered where, and what was expected."""
        doors = ", ".join(self.doors)
        output.print_error(f"Outside a room its front door or one of its {doors} was expected:")
        for line in check.metadata["entered"]:
            output.print_error(f"- {line}")
