"""The product-neutral questionnaire as ours: `python tests/perf/convert.py FOLDER`.

Writes a project that builds: `questionnaire/q30.yml`, `questionnaire/q200.yml`, a page for each,
and `mkdocs.yml`. Option `v2` of item `q7` is the input `[name=q7][value=v2]`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import spec

SIZES = (30, 200)

MKDOCS = """\
site_name: Comparison
site_url: http://127.0.0.1:8000/partways/
docs_dir: content/en
theme:
  name: material
  font: false
markdown_extensions:
  - attr_list
  - partways.markdown
plugins:
  - search
  - partways
"""


def questionnaire(made: dict[str, Any]) -> str:
    """The YAML of one made questionnaire."""
    lines = [
        "language: en",
        f"title: Comparison, {len(made['items'])} items",
        "about: client",
        f"minutes: {len(made['items']) // 3}",
        "summary: The same work for every contender.",
        "one_page: true",
        "dimensions:",
    ]
    for number, title in enumerate(spec.DIMENSIONS, 1):
        lines += [f"  d{number}:", f"    title: {title}", "    needs: 1/2", "    weighted: true"]
    lines.append("sections:")
    run = 0
    open_section = False
    for item in made["items"]:
        condition = item.get("show_if")
        if condition or not open_section:
            run += 1
            lines += [f"  part{run}:", f"    title: Part {run}"]
            if condition:
                lines += [f"    when: {condition} >= v1", "    off: Not asked after this answer."]
            lines.append("    questions:")
        open_section = condition is None
        lines += [
            f"      {item['id']}:",
            f"        name: Item {item['id'][1:]}",
            f'        ask: "{item["text"]}"',
            f"        dimension: d{item['dim'] + 1}",
            f"        weight: {item['weight']}",
            f"        because: Item {item['id'][1:]} counted",
            "        options:",
        ]
        for points, label in enumerate(item["options"]):
            lines += [
                f"          v{points}:",
                f'            label: "{label}"',
                f"            points: {points}",
            ]
    lines.append("verdicts:")
    for share, band in reversed(spec.BANDS):
        title, text = band.split(": ", 1)
        rule = f"when: total >= {share}" if share else "else: true"
        lines += [
            f"  from{share}:",
            f"    {rule}",
            f"    title: {title}",
            f"    text: {text}",
            "    words: none",
        ]
    lines += ["not_enough:", "  title: Not yet", "  text: Answer more.", "  words: none"]
    return "\n".join(lines) + "\n"


def write(folder: Path) -> None:
    """The project, into `folder`."""
    pages = folder / "content" / "en"
    pages.mkdir(parents=True, exist_ok=True)
    (folder / "questionnaire").mkdir(exist_ok=True)
    links = []
    for size in SIZES:
        made = spec.make(size)
        (folder / "questionnaire" / f"q{size}.yml").write_text(questionnaire(made), "utf-8")
        page = f"---\ntitle: q{size}\ntemplate: focus.html\n---\n\n/// assessment | q{size}\n///\n"
        (pages / f"q{size}.md").write_text(page, "utf-8")
        links.append(f"- [q{size}](q{size}.md)\n")
    (pages / "index.md").write_text("# Comparison\n\n" + "".join(links), "utf-8")
    (folder / "mkdocs.yml").write_text(MKDOCS, "utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
