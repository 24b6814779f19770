"""The report of a benchmark: one HTML page that needs nothing from outside, with tables and plots (SVG)."""

import html
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]


def _hours(row: Row) -> float | None:
    return 1000 * row["clerk_hours"] / row["person_years"] if row["person_years"] else None


def _overpaid(row: Row) -> float | None:
    return row["overpaid_fen"] / 100 / row["person_years"] if row["person_years"] else None


def _stopped(row: Row) -> float | None:
    stopped = row["living_stopped_by_machine"] + row["living_stopped_by_person"]
    return 1000 * stopped / row["person_years"] if row["person_years"] else None


def _times(value: float | None, by: float) -> float | None:
    return None if value is None else value * by


COLUMNS: tuple[tuple[str, str, Callable[[Row], str]], ...] = (
    ("confirmable", "数据可确认", lambda r: percent(r["silence"]["confirmable"], 1)),
    ("where data allow", "数据够用时静默", lambda r: percent(r["silence"]["where_data_allow"], 1)),
    ("never asked", "没有被催过", lambda r: percent(r["silence"]["never_asked"], 1)),
    ("asks in the last year", "末年请求/人年", lambda r: number(r["silence"]["asks_a_year"], 2)),
    ("silent share", "静默率", lambda r: percent(r["silent_share"], 1)),
    (
        "dead certified per silent pass",
        "误认去世者",
        lambda r: percent(r["dead_certified_per_silent_pass"], 3),
    ),
    ("living stopped by machine", "机器误停", lambda r: f"{r['living_stopped_by_machine']:,}"),
    ("living stopped by people", "人工误停", lambda r: f"{r['living_stopped_by_person']:,}"),
    ("living doubted", "在世被疑", lambda r: percent(r["living_doubted_share"], 2)),
    ("months death to stop p50 / p95", "去世到停发（月）", lambda r: pair(r["months_death_to_stop"])),
    (
        "days wrongful stop to repaid p50 / p95",
        "误停到补发（日）",
        lambda r: pair(r["days_wrongful_stop_to_repaid"]),
    ),
    ("overpaid, yuan a person-year", "多发（元/人年）", lambda r: number(_overpaid(r), 1)),
    ("recovered, yuan", "追回（元）", lambda r: f"{r['recovered_fen'] / 100:,.0f}"),
    ("asks a person-year", "请求/人年", lambda r: number(r["asks_per_person_year"], 2)),
    ("clerk hours a 1,000 person-years", "工时/千人年", lambda r: number(_hours(r), 0)),
)

STYLE = """
body{font:16px/1.5 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;margin:2rem auto;
max-width:90rem;padding:0 1.5rem;color:#0b0c0c}
h1{font-size:2rem;margin:0 0 .3rem}h2{font-size:1.4rem;margin:2.4rem 0 .5rem}p{max-width:52rem;margin:.4rem 0}
.wide{overflow-x:auto}table{border-collapse:collapse;font-size:.84rem;font-variant-numeric:tabular-nums}
th,td{padding:.35rem .55rem;text-align:right;border-bottom:1px solid #b1b4b6;white-space:nowrap}
th{vertical-align:bottom;white-space:normal;min-width:4.5rem;font-weight:600}
th small{display:block;color:#505a5f;font-weight:400}
td:first-child,th:first-child{text-align:left;min-width:11rem}.bad{color:#942514;font-weight:700}
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(30rem,1fr));gap:1.5rem}figure{margin:0}
figcaption{font-weight:600;margin-bottom:.3rem}figcaption small{font-weight:400;color:#505a5f}svg{width:100%;height:auto}
.note{color:#505a5f}
"""
OURS, THEIRS = "#1d70b8", "#b1b4b6"
LINES = ("#1d70b8", "#d4351c", "#00703c", "#f47738", "#5694ca", "#4c2c92", "#85994b", "#d53880", "#28a197", "#912b88",
         "#6f72af", "#b58840")  # fmt: skip


BARS: tuple[tuple[str, str, Callable[[Row], float | None]], ...] = (
    (
        "Silent share, per cent",
        "of the living who were certified by data or asked in the last year",
        lambda r: _times(r["silent_share"], 100),
    ),
    (
        "Dead certified, per 1,000 silent passes",
        "dead on the day of the run",
        lambda r: _times(r["dead_certified_per_silent_pass"], 1000),
    ),
    ("Overpaid, yuan a person-year", "after death, inside, twice", _overpaid),
    (
        "Living, entitled people stopped, per 1,000 person-years",
        "by machine or by people",
        _stopped,
    ),
    (
        "Months from death to stop, 95th percentile",
        "1 is in time; no bar: not reached",
        lambda r: r["months_death_to_stop"]["p95"],
    ),
    ("Asks a person-year", "messages that ask a person to act", lambda r: r["asks_per_person_year"]),
)


def page(result: Mapping[str, Any]) -> str:
    """The whole page, from the same object that `--json` prints."""
    worlds, baselines = result["worlds"], result["baselines"]
    about = {row["name"]: row for row in result["about"]}
    parts = [
        "<!doctype html><html lang='en'><meta charset='utf-8'><meta name='viewport' content='width=device-width'>",
        f"<title>Decisions: right and wrong</title><style>{STYLE}</style>",
        "<h1>Decisions: right and wrong <small>决定对错</small></h1>",
        _lead(result),
        _table("The product", worlds, about),
    ]
    parts += [_table(f"To compare: {one['driver']}", one["worlds"], about) for one in baselines]
    parts += ["<h2>Plots 图</h2><div class='plots'>", *_plots(worlds, baselines), "</div>"]
    parts += [_by_source(worlds), _evidence(result["evidence"]), _rules(result["rules"])]
    parts.append(
        "<p class='note'>Recovered is what the product reports as money that came back; a product without recovery"
        " reports 0. A dash: nothing was observed, or fewer than that share had ended when the world did.</p></html>"
    )
    return "\n".join(parts)


def _lead(result: Mapping[str, Any]) -> str:
    return (
        f"<p>{result['people']:,} people, {result['months']} months, {len(result['worlds'])} worlds; driver"
        f" {esc(result['driver'])}. Both errors are measured against a truth that the product never saw: a dead person"
        " certified, and a living person stopped. What each figure means is told in"
        " docs/reference/decisions-benchmark.md.</p>"
    )


def _table(title: str, worlds: Sequence[Row], about: Mapping[str, Row]) -> str:
    head = "".join(f"<th>{esc(en)}<small>{esc(zh)}</small></th>" for en, zh, _ in COLUMNS)
    body = "".join(
        f"<tr><td title='{esc(about.get(row['name'], {}).get('about', ''))}'>{esc(row['name'])}</td>"
        + "".join(_cell(row, en, show) for en, _, show in COLUMNS)
        + "</tr>"
        for row in worlds
    )
    return f"<h2>{esc(title)}</h2><div class='wide'><table><tr><th>world</th>{head}</tr>{body}</table></div>"


def _cell(row: Row, name: str, show: Callable[[Row], str]) -> str:
    bad = name == "living stopped by machine" and row["living_stopped_by_machine"] > 0
    return f"<td{' class=bad' if bad else ''}>{show(row)}</td>"


def _plots(worlds: Sequence[Row], baselines: Sequence[Row]) -> list[str]:
    against = {row["name"]: row for row in (baselines[0]["worlds"] if baselines else [])}
    made = [_bars(title, note, worlds, against, value) for title, note, value in BARS]
    made.append(_lines("Dead people paid, month by month", worlds, "dead_paid"))
    made.append(_lines("Living, entitled people without pay, month by month", worlds, "wrongly_unpaid"))
    return made


def _bars(
    title: str,
    note: str,
    worlds: Sequence[Row],
    against: Mapping[str, Row],
    value: Callable[[Row], float | None],
) -> str:
    """One bar a world, and a grey one for the baseline."""
    pairs = [
        (row["name"], value(row), value(against[row["name"]]) if row["name"] in against else None)
        for row in worlds
    ]
    most = max([0.0, *(one for _, *both in pairs for one in both if one is not None)]) or 1.0
    high, left, width = 34, 170, 560
    drawn = []
    for at, (name, mine, theirs) in enumerate(pairs):
        top = at * high + 6
        drawn.append(
            f"<text x='{left - 8}' y='{top + 17}' text-anchor='end' font-size='13'>{esc(name)}</text>"
        )
        for offset, one, colour in ((0, mine, OURS), (12, theirs, THEIRS)):
            if one is None:
                continue
            long = max(1.0, (width - left - 60) * one / most)
            drawn.append(
                f"<rect x='{left}' y='{top + offset}' width='{long:.1f}' height='11' fill='{colour}'/>"
            )
            drawn.append(
                f"<text x='{left + long + 5:.1f}' y='{top + offset + 10}' font-size='11'>{number(one, 2)}</text>"
            )
    label = "; ".join(f"{name} {number(mine, 2)}" for name, mine, _ in pairs)
    return (
        f"<figure><figcaption>{esc(title)} <small>{esc(note)}; grey: the naive product</small></figcaption>"
        f"<svg viewBox='0 0 {width} {len(pairs) * high + 10}' role='img' aria-label='{esc(title)}: {esc(label)}'>"
        f"{''.join(drawn)}</svg></figure>"
    )


def _lines(title: str, worlds: Sequence[Row], key: str) -> str:
    """One line a world over the months, per thousand people."""
    width, height, left, low = 560, 330, 40, 300
    series = [(row["name"], [month[key] for month in row["by_month"]]) for row in worlds]
    most = max([1, *(value for _, values in series for value in values)])
    months = max(2, *(len(values) for _, values in series))
    drawn = [f"<line x1='{left}' y1='{low}' x2='{width - 165}' y2='{low}' stroke='#505a5f'/>"]
    for part in range(5):
        y = low - (low - 20) * part / 4
        drawn.append(f"<line x1='{left}' y1='{y}' x2='{width - 165}' y2='{y}' stroke='#dee0e2'/>")
        drawn.append(
            f"<text x='{left - 5}' y='{y + 4}' text-anchor='end' font-size='11'>{most * part / 4:.0f}</text>"
        )
    for at, (name, values) in enumerate(series):
        colour = LINES[at % len(LINES)]
        points = " ".join(
            f"{left + (width - 165 - left) * place / (months - 1):.1f},{low - (low - 20) * value / most:.1f}"
            for place, value in enumerate(values)
        )
        drawn.append(f"<polyline points='{points}' fill='none' stroke='{colour}' stroke-width='2'/>")
        drawn.append(f"<rect x='{width - 157}' y='{20 + at * 20}' width='12' height='4' fill='{colour}'/>")
        drawn.append(f"<text x='{width - 141}' y='{26 + at * 20}' font-size='12'>{esc(name)}</text>")
    drawn.append(f"<text x='{left}' y='{low + 20}' font-size='12'>month 1</text>")
    drawn.append(
        f"<text x='{width - 165}' y='{low + 20}' font-size='12' text-anchor='end'>month {months}</text>"
    )
    return (
        f"<figure><figcaption>{esc(title)} <small>people</small></figcaption>"
        f"<svg viewBox='0 0 {width} {height}' role='img' aria-label='{esc(title)}'>{''.join(drawn)}</svg></figure>"
    )


def _by_source(worlds: Sequence[Row]) -> str:
    sources = sorted({source for row in worlds for source in row["dead_certified_by_source"]})
    head = "".join(f"<th>{esc(row['name'])}</th>" for row in worlds)
    body = ""
    for source in sources:
        cells = []
        for row in worlds:
            one = row["dead_certified_by_source"].get(source)
            cells.append(f"<td>{one['dead']:,} / {one['passes']:,}</td>" if one else "<td>–</td>")
        body += f"<tr><td>{esc(source)}</td>{''.join(cells)}</tr>"
    return (
        "<h2>Dead certified by source <small>dead / silent passes</small></h2>"
        f"<div class='wide'><table><tr><th>source</th>{head}</tr>{body}</table></div>"
    )


def _worst(row: Row) -> str:
    """The world in which a kind fares worst; a dash where it fares alike everywhere."""
    share = row["worst_world_share"]
    if share is None or share >= row["alive_on_the_day"]["share"]:
        return "–"
    return f"{percent(share, 2)} {esc(row['worst_world'])}"


def _evidence(rows: Sequence[Row]) -> str:
    head = "".join(
        f"<th>{name}</th>"
        for name in ("records", "alive on the day", "worst world", "alive after 180 days", "alive after 365 days",
                     "dead and unheard after 365 days", "strength", "valid days")
    )  # fmt: skip
    body = "".join(
        f"<tr><td>{esc(row['kind'])}</td><td>{row['records']:,}</td><td>{interval(row['alive_on_the_day'])}</td>"
        f"<td>{_worst(row)}</td>"
        f"<td>{interval(row['alive_after_180'])}</td><td>{interval(row['alive_after_365'])}</td>"
        f"<td>{interval(row['dead_unheard_after_365'])}</td><td>{esc(row['strength'])}</td><td>{row['valid_days']}</td></tr>"
        for row in rows
    )
    return (
        "<h2>What evidence is worth <small>证据强度，区间95%</small></h2><div class='wide'><table>"
        f"<tr><th>kind</th>{head}</tr>{body}</table></div>"
    )


def _rules(rows: Sequence[Row]) -> str:
    """What each kind alone would prove, and of whom wrongly."""
    body = "".join(
        f"<tr><td>{esc(row['kind'])}</td><td>{row['days']}</td><td>{percent(row['confirms'], 1)}</td>"
        f"<td>{row['passes']:,}</td><td>{row['dead']:,}</td><td>{percent(row['dead_share'], 2)}"
        f" ({100 * row['low']:.2f}–{100 * row['high']:.2f})</td></tr>"
        for row in rows
    )
    return (
        "<h2>What a kind alone would cost <small>单凭一种记录</small></h2><div class='wide'><table>"
        "<tr><th>kind</th><th>different days</th><th>confirms of the living</th><th>passes</th>"
        f"<th>of dead people</th><th>share (95 %)</th></tr>{body}</table></div>"
    )


# -- words --------------------------------------------------------------------------------------------------------------


def esc(text: object) -> str:
    """Text, safe inside HTML and its attributes."""
    return html.escape(str(text), quote=True)


def number(value: float | None, places: int) -> str:
    """A number with so many places, a dash for none."""
    return "–" if value is None else f"{value:,.{places}f}"


def percent(value: float | None, places: int) -> str:
    """A share in per cent, a dash for none."""
    return "–" if value is None else f"{100 * value:.{places}f} %"


def pair(both: Mapping[str, Any]) -> str:
    """Two percentiles."""
    return " / ".join(number(both[name], 0) for name in ("p50", "p95"))


def interval(share: Mapping[str, float]) -> str:
    """A share with its interval, in per cent."""
    return f"{100 * share['share']:.2f} ({100 * share['low']:.2f}–{100 * share['high']:.2f})"
