"""What axe does not measure: text sizes, line heights, targets and the room between them, sideways scroll, large
letters and the ring of the focus, by mode; and axe itself."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = (Path(__file__).parent.parent / "vendor" / "axe-4.14.1.min.js").read_text(encoding="utf-8")

MEASURE = """() => {
  const shown = (e) => {
    const b = e.getBoundingClientRect(), s = getComputedStyle(e);
    return b.width > 1 && b.height > 1 && s.visibility !== 'hidden' && s.clipPath === 'none' && b.bottom > 0;
  };
  const texts = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode, e = node.parentElement;
    if (!node.textContent.trim() || e.closest('script,style,.unseen,option') || !shown(e)) continue;
    const s = getComputedStyle(e), size = parseFloat(s.fontSize);
    texts.push({size, line: parseFloat(s.lineHeight) / size, text: node.textContent.trim().slice(0, 20),
                heading: !!e.closest('h1,h2,h3,.kpi b,.answer__head,.top__name,svg,.bar'), main: !!e.closest('main')});
  }
  const targets = [];
  for (const e of document.querySelectorAll('a[href],button,input:not([type=hidden]),select,summary,textarea')) {
    if (!shown(e) || e.classList.contains('skip')) continue;
    const label = e.closest('label');
    const b = (label && ['radio', 'checkbox'].includes(e.type) ? label : e).getBoundingClientRect();
    targets.push({least: Math.min(b.width, b.height), width: b.width, height: b.height,
                  words: (e.innerText || e.id || e.type || '').trim().slice(0, 24), inMain: !!e.closest('main'),
                  button: e.tagName === 'BUTTON'});
  }
  const clipped = [...document.querySelectorAll('body *')].filter((e) => {
    const s = getComputedStyle(e);
    return /hidden|clip/.test(s.overflowX) && shown(e) && e.scrollWidth > e.clientWidth + 1;
  }).map((e) => e.className || e.tagName);
  return {clipped, texts, targets, sideways: document.documentElement.scrollWidth > innerWidth,
          sizes: texts.map((t) => t.size).sort((a, b) => a - b)};
}"""

CROWDED = """(least) => {
  const all = 'a[href],button,input:not([type=hidden]),select,summary';
  const shown = (e) => e.getClientRects().length > 0 && !e.classList.contains('skip');
  const boxes = [...document.querySelectorAll(all)].filter(shown).map((e) => {
    const label = ['radio', 'checkbox', 'file'].includes(e.type) && e.closest('label');
    const words = (e.innerText || e.id || e.type || '').trim().slice(0, 16);
    return {e, words, b: (label || e).getBoundingClientRect()};
  });
  const found = [];
  boxes.forEach((one, i) => boxes.slice(i + 1).forEach((two) => {
    if (one.e.contains(two.e) || two.e.contains(one.e)) return;
    const across = Math.max(two.b.left - one.b.right, one.b.left - two.b.right);
    const down = Math.max(two.b.top - one.b.bottom, one.b.top - two.b.bottom);
    const apart = Math.round(Math.max(across, down));
    if (apart < least) found.push(`${one.words} and ${two.words} are ${apart} px apart`);
  }));
  return found;
}"""

RINGS = """() => {
  const ring = (e) => e ? parseFloat(getComputedStyle(e).outlineWidth) : 0;
  const bare = [];
  for (const e of document.querySelectorAll('a[href],button,input:not([type=hidden]),select,summary,textarea')) {
    if (!e.getClientRects().length) continue;
    e.focus({focusVisible: true, preventScroll: true});
    const seen = document.activeElement === e && Math.max(ring(e), ring(e.closest('label'))) >= 3;
    if (!seen) bare.push((e.innerText || e.id || e.name || e.type).trim().slice(0, 20));
  }
  return bare;
}"""

AXE_RUN = """async () => {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const report = await axe.run(document, {
    resultTypes: ['violations'], runOnly: {type: 'tag', values: tags},
    rules: {'color-contrast-enhanced': {enabled: true}}});
  const said = (n) => n.target[0] + ' ' + (n.any[0] ? n.any[0].message : '');
  return report.violations.map(
    (v) => v.id + ': ' + v.nodes.slice(0, 3).map(said).join(' | '));
}"""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a mode promises, in CSS pixels. `main` is the median of the text."""

    main: float
    least: float
    target: float
    line: float
    apart: float = 8


CITIZEN = Limits(main=18, least=16, target=44, line=1.5)
ELDER = Limits(main=24, least=20, target=60, line=1.6, apart=12)
STAFF = Limits(main=16, least=16, target=44, line=1.5)


def axe(page: Page) -> list[str]:
    """Every violation that axe-core finds (A, AA, best practice, and AAA contrast)."""
    page.wait_for_load_state()
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found: list[str] = page.evaluate(AXE_RUN)
    return found


def measured_on(page: Page) -> dict[str, Any]:
    """The page in numbers, once it stands whole: a click returns as soon as the next page has begun to arrive."""
    page.wait_for_load_state()
    measured: dict[str, Any] = page.evaluate(MEASURE)
    return measured


def misses(page: Page, limits: Limits) -> list[str]:
    """Where a page falls short of its mode's promises."""
    measured = measured_on(page)
    found = []
    for text in measured["texts"]:
        if text["size"] < limits.least - 0.01:
            found.append(f"text of {text['size']} px: {text['text']}")
        if not text["heading"] and text["line"] < limits.line - 0.01:
            found.append(f"line height {text['line']:.2f}: {text['text']}")
    sizes = measured["sizes"]
    if sizes and sizes[len(sizes) // 2] < limits.main - 0.01:
        found.append(f"the median text is {sizes[len(sizes) // 2]} px")
    found += [
        f"target of {target['width']:.0f}x{target['height']:.0f} px: {target['words']}"
        for target in measured["targets"]
        if target["least"] < limits.target - 0.5
    ]
    found += [f"cut off: {name}" for name in measured["clipped"]]
    if measured["sideways"]:
        found.append("the page scrolls sideways")
    return found


def crowded(page: Page, limits: Limits) -> list[str]:
    """Targets that stand too close to each other for a finger that trembles."""
    page.wait_for_load_state()
    found: list[str] = page.evaluate(CROWDED, limits.apart)
    return found


def unringed(page: Page) -> list[str]:
    """What shows no ring of 3 px or more when the keyboard reaches it."""
    page.keyboard.press("Tab")
    found: list[str] = page.evaluate(RINGS)
    return found


def lost_at(page: Page, *, width: int, letters: str = "") -> list[str]:
    """What a narrow window, or letters set to a share of their size (`200%`), pushes out of sight.

    The window stays that narrow: who measures on sets its next size.
    """
    page.set_viewport_size({"width": width, "height": 800})
    if letters:
        page.evaluate(
            "(letters) => { const root = document.documentElement;"
            " root.style.fontSize = `calc(${getComputedStyle(root).fontSize} * ${parseFloat(letters) / 100})`; }",
            letters,
        )
    measured = measured_on(page)
    if letters:
        page.evaluate("document.documentElement.style.fontSize = ''")
    sideways = [f"sideways at {width} {letters}".strip()] if measured["sideways"] else []
    return sideways + [f"cut off at {width} {letters}: {name}" for name in measured["clipped"]]


MOST_CHOICES, MOST_WORDS = 6, 8
"""What elder mode offers at once in the main part of a page, and the characters of a button."""


def much_at_once(page: Page, *, choices: bool = True) -> list[str]:
    """Where a page offers more to press than elder mode promises (unless its choices are free), and in longer words."""
    targets = measured_on(page)["targets"]
    found = [
        f"many words: {one['words']}" for one in targets if one["button"] and len(one["words"]) > MOST_WORDS
    ]
    offered = [one["words"] for one in targets if one["inMain"]]
    return found + ([f"{len(offered)} things to press"] if choices and len(offered) > MOST_CHOICES else [])


def drawn(page: Page) -> None:
    """Wait until every plot of the page is drawn."""
    page.wait_for_load_state()
    page.wait_for_function(
        "() => [...document.querySelectorAll('.spark, [id^=chart-]:not(script)')].every((e) => e.querySelector('svg'))"
    )
