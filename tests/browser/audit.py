"""What axe does not measure: text sizes, line heights, targets and sideways scroll, by mode; and axe itself."""

from dataclasses import dataclass
from pathlib import Path

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

AXE_RUN = """async () => {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const report = await axe.run(document, {
    runOnly: {type: 'tag', values: tags}, rules: {'color-contrast-enhanced': {enabled: true}}});
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


CITIZEN = Limits(main=18, least=16, target=44, line=1.5)
ELDER = Limits(main=24, least=20, target=60, line=1.6)
STAFF = Limits(main=16, least=16, target=44, line=1.5)


def axe(page: Page) -> list[str]:
    """Every violation that axe-core finds (A, AA, best practice, and AAA contrast)."""
    page.evaluate(AXE)
    found: list[str] = page.evaluate(AXE_RUN)
    return found


def misses(page: Page, limits: Limits) -> list[str]:
    """Where a page falls short of its mode's promises."""
    measured = page.evaluate(MEASURE)
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


def choices(page: Page) -> list[str]:
    """What one can press in the main part of a page."""
    measured = page.evaluate(MEASURE)
    return [target["words"] for target in measured["targets"] if target["inMain"]]


def button_words(page: Page) -> list[str]:
    """The words of every button."""
    measured = page.evaluate(MEASURE)
    return [target["words"] for target in measured["targets"] if target["button"]]
