"""Nothing in the product pauses or ends pay but a released list and a case that two people decided.

A step of the pay state is taken where decisions take effect, and nowhere else; a `Decision` that stops pay cannot be
built without its people (tests/unit/test_decisions.py), and its makers are these three. A roster tells the steps of the
system that came before. A new maker or call site fails here, and needs a person's thought.
"""

import ast
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "yizheng"
STEPS = {"change_pay_state", "change_pay_states"}


def calls() -> dict[str, set[str]]:
    """For each file outside the entitlements room, the names of the functions that take steps of the pay state."""
    found: dict[str, set[str]] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        for function in _functions(ast.parse(path.read_text("utf-8"))):
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and _name(node.func) in STEPS:
                    found.setdefault(path.relative_to(SOURCE).as_posix(), set()).add(function.name)
    found.pop("rooms/entitlements/actions.py", None)
    return found


def test_steps_of_the_pay_state_are_taken_where_decisions_take_effect_and_told_by_the_roster() -> None:
    assert calls() == {
        "flows/decisions/decision_takes_effect.py": {
            "_move_pay",
            "carry_out_list",
            "resume_those_who_passed",
        },
        # a roster brings the states that the agency's own system of record holds; it decides nothing
        "flows/arrivals/roster_arrives.py": {"_register"},
        # what it brings of many at once a second person takes (docs/adr/0023)
        "flows/arrivals/roster_hold_is_decided.py": {"release"},
    }


def test_decisions_are_made_on_cases_by_runs_and_by_released_lists() -> None:
    makers = {
        (path.relative_to(SOURCE).as_posix(), function.name)
        for storey in ("flows", "rooms", "doors", "wiring")
        for path in sorted((SOURCE / storey).rglob("*.py"))
        for function in _functions(ast.parse(path.read_text("utf-8")))
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and _name(node.func) == "Decision"
    }
    assert makers == {
        ("flows/cases/doubt_is_resolved.py", "_decision"),
        ("flows/decisions/decision_takes_effect.py", "_decision_to_resume"),
        ("flows/pay/pause_list.py", "_decision"),
    }


def test_a_machine_only_resumes() -> None:
    """Between a pass and the pay state stands `_resumption`, which can lead nowhere but into payment."""
    tree = ast.parse((SOURCE / "flows/decisions/decision_takes_effect.py").read_text("utf-8"))
    functions = {function.name: function for function in _functions(tree)}
    resume = functions["resume_those_who_passed"]
    built = {_name(node.func) for node in ast.walk(resume) if isinstance(node, ast.Call)}
    assert "_resumption" in built
    assert "PayChange" not in built
    states = {
        ast.unparse(keyword.value)
        for node in ast.walk(functions["_resumption"])
        if isinstance(node, ast.Call) and _name(node.func) == "PayChange"
        for keyword in node.keywords
        if keyword.arg == "to_state"
    }
    assert states == {"PayState.IN_PAYMENT"}


def test_the_row_of_a_step_is_made_in_one_place() -> None:
    makers = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Name) and node.id == "PayStateChange"
    }
    assert makers <= {"rooms/entitlements/actions.py", "rooms/entitlements/queries.py"}


def test_a_list_is_released_only_after_the_right_to_release_was_checked() -> None:
    tree = ast.parse((SOURCE / "flows/pay/pause_list.py").read_text("utf-8"))
    release = next(function for function in _functions(tree) if function.name == "release")
    first = release.body[1]
    assert ast.unparse(first) == "access.queries.check_can_release(hands.actor)"


def test_what_a_roster_changes_of_many_is_taken_only_after_the_right_to_was_checked() -> None:
    tree = ast.parse((SOURCE / "flows/arrivals/roster_hold_is_decided.py").read_text("utf-8"))
    functions = {function.name: function for function in _functions(tree)}
    for name in ("release", "reject"):
        assert "_checked(hands, hold_id, reason)" in ast.unparse(functions[name].body[1])
    assert "access.queries.check_can_decide_hold(hands.actor, held_by=hold.held_by)" in ast.unparse(
        functions["_checked"]
    )


def test_a_loss_is_carried_out_only_after_it_was_asked_whether_somebody_is_meant() -> None:
    """Likeness alone never stops pay: `carry_out` asks before it writes anything, and no other way leads to a loss."""
    tree = ast.parse((SOURCE / "flows/decisions/decision_takes_effect.py").read_text("utf-8"))
    carry_out = next(function for function in _functions(tree) if function.name == "carry_out")
    found, asked = carry_out.body[1:3]
    assert ast.unparse(found) == "moves = find_effect(decision.effects, MovesPay)"
    assert isinstance(asked, ast.If)
    assert ast.unparse(asked.test) == "moves is not None"
    assert ast.unparse(asked.body[0]).startswith("check_somebody_is_meant(decision.pno, ")


def _functions(tree: ast.AST) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
