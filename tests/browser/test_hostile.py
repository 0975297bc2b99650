"""What somebody sends, leaves on a device or writes into a questionnaire to do harm."""

import json
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from answering import STRAINED, give, give_all, given, ready, show_result, stored, title
from partways import model, source
from partways.reading import read_part, read_parts

NewPage = Callable[..., Page]
ROOT = Path(__file__).parent.parent.parent
KEY = "partways:/partways/:warning-signs"
CASE = "partways:/partways/:case"
DRAFT = "partways:/partways/:draft:w9"


# -- links -----------------------------------------------------------------------------------------


def fragments(dice: random.Random, good: str, other: str) -> Iterator[str]:
    """Endless fragments: a good one spoiled in some way, or none at all."""
    soup = "p1.-_AZaz09 %<>\"'&#?=/\\\u202e\u0000🙂é\n"
    payload = good.rpartition(".")[0]
    while True:
        place = dice.randrange(len(good))
        yield dice.choice(
            [
                good[:place] + chr(ord(good[place]) ^ 1 << dice.randrange(7)) + good[place + 1 :],
                good[:place],
                good[place:],
                good[:place] + good[place + 3 :],
                good + dice.choice(soup) * dice.randrange(50),
                dice.choice(soup) * dice.randrange(50) + good,
                good[:place] + quote(good[place:], safe="")[::-1],
                "".join(f"%{ord(char):02X}" for char in good),
                good.upper(),
                good.replace("p1", f"p{dice.randrange(10**6)}", 1),
                good.replace("warning-signs", dice.choice(["__proto__", "constructor", "a" * 60])),
                other,
                f"{payload}.{dice.getrandbits(32):08x}",
                "p1." + "".join(dice.choice(soup) for _ in range(dice.randrange(200))),
                "".join(dice.choice(soup) for _ in range(dice.randrange(200))),
                "%" + good,
                "%00%FF%" + good,
                "warning-signs--respect",
            ]
        )


_OPEN = """async ([fragments, own]) => {
    const found = [];
    const errors = [];
    addEventListener("error", ({message}) => errors.push(message));
    addEventListener("unhandledrejection", ({reason}) => errors.push(String(reason)));
    const notice = document.querySelector(".pw-notice");
    for (const fragment of fragments) {
        const before = notice.textContent;
        location.hash = fragment;
        await new Promise((done) => { setTimeout(done); });
        found.push({
            fragment, errors: errors.splice(0), kept: JSON.stringify({...localStorage}) === own,
            result: document.querySelector(".pw-result:not([hidden])") !== null,
            shared: document.querySelector(".pw-shared:not([hidden])") !== null,
            notice: notice.hidden ? "" : notice.textContent, said: notice.textContent !== before,
            verdicts: document.querySelectorAll(".pw-verdict:not([hidden])").length,
            polluted: Object.keys(Object.prototype).length,
        });
    }
    return found;
}"""


@pytest.fixture(scope="module")
def links(browser: Browser, server: str) -> tuple[str, str]:
    """The fragments of a strained client, and of the first answers of the other questionnaire."""
    found = []
    for name, answers in (("warning-signs", STRAINED), ("ideal-client", {})):
        page = browser.new_page(base_url=server)
        ready(page, f"{name}/")
        give_all(page, answers)
        show_result(page)
        found.append(page.locator(".pw-share__link").input_value().partition("#")[2])
        page.context.close()
    return found[0], found[1]


class TestLinks:
    def test_three_hundred_spoiled_ones_do_no_harm(
        self, page: Page, links: tuple[str, str]
    ) -> None:
        """Each shows a result, or the form with at most one more sentence; never own answers."""
        ready(page, "warning-signs/")
        give(page, invoices="on_time")
        own = page.evaluate("() => JSON.stringify({...localStorage})")
        made = fragments(random.Random(20261122), *links)
        tried = [next(made) for _ in range(300)]

        found = page.evaluate(_OPEN, [tried, own])

        wrong = [
            one for one in found
            if one["errors"] or not one["kept"] or one["polluted"]
            or (one["result"] and (not one["shared"] or one["verdicts"] != 1))
        ]  # fmt: skip
        assert wrong == []
        shown = [one for one in found if one["result"]]
        refused = [
            one for one in found if not one["result"] and re.match(r"p\d+\.", one["fragment"])
        ]
        assert len(shown) > 5
        assert len(refused) > 100
        assert all(one["notice"] for one in refused)
        # Every kind of sentence stands there once, however many links were tried.
        sentences = re.findall(r"[^.]+\.", found[-1]["notice"])
        assert len(sentences) == len(set(sentences)) <= 12
        assert given(page) == {"invoices": "on_time"}

    def test_flipped_bit_is_never_another_result(self, page: Page, links: tuple[str, str]) -> None:
        """The sum at the end of a link tells every flip in it."""
        good = links[0]
        flipped = [
            good[:place] + chr(ord(char) ^ 1 << bit) + good[place + 1 :]
            for place, char in enumerate(good)
            for bit in range(7)
        ]
        ready(page, "warning-signs/")

        kinds = page.evaluate(
            """async ([flipped, good]) => {
                const wrong = [];
                for (const fragment of flipped) {
                    history.replaceState(null, "", "#");
                    history.replaceState(null, "", `#${fragment}`);
                    dispatchEvent(new HashChangeEvent("hashchange"));
                    const shows = document.querySelector(".pw-result:not([hidden])") !== null;
                    const link = document.querySelector(".pw-share__link");
                    if (shows && !link.value.endsWith(`#${good}`)) wrong.push(fragment);
                }
                return wrong;
            }""",
            [random.Random(1).sample(flipped, 200), good],
        )

        assert kinds == []

    @pytest.mark.parametrize("size", [5_000, 1_000_000])
    def test_endless_one_is_refused_at_once(
        self, page: Page, links: tuple[str, str], size: int
    ) -> None:
        """What no page of ours made is not looked at."""
        page.goto("privacy/")
        code = links[0].rsplit(".", 1)[0] + "A" * size

        spent = page.evaluate(
            """async (address) => {
                history.pushState(null, "", address);
                const start = performance.now();
                return performance.now() - start;
            }""",
            f"#{code}",
        )
        ready(page, "warning-signs/")
        spent = page.evaluate(
            """(code) => {
                location.hash = code;
                const start = performance.now();
                dispatchEvent(new HashChangeEvent("hashchange"));
                return performance.now() - start;
            }""",
            code,
        )

        expect(page.locator(".pw-notice")).to_contain_text("damaged")
        assert spent < 200


# -- the device ------------------------------------------------------------------------------------

HOSTILE_RECORDS = [
    "{",
    '{"format":1,"revision":"x","n":-1,"answers":{}}',
    '{"format":1,"revision":"x","n":1,"answers":["invoices","on_time"]}',
    '{"format":1,"revision":"x","n":1,"answers":{"invoices":{"toString":"x"}}}',
    '{"__proto__":{"format":1,"answers":{}}}',
    "\u0000\ud83d",
    "[" * 100_000,
    "x" * 70_000,
]


def put(page: Page, *records: tuple[str, str]) -> None:
    """Store texts before a page of ours is opened."""
    page.goto("privacy/")
    page.evaluate("(all) => all.forEach(([key, text]) => localStorage.setItem(key, text))", records)


class TestDevice:
    def test_records_that_are_none_are_kept_and_said(self, page: Page) -> None:
        """Whatever lay there, answering works, and what was there lies beside it."""
        for text in HOSTILE_RECORDS:
            page.goto("privacy/")
            page.evaluate(
                "([key, text]) => { localStorage.clear(); localStorage.setItem(key, text); }",
                [KEY, text],
            )
            ready(page, "warning-signs/")
            expect(page.locator(".pw-notice")).to_contain_text("could not be read")
            give(page, invoices="one_late")
            there = page.evaluate(
                "([key, text]) => [JSON.parse(localStorage[key]).answers,"
                " localStorage[`${key}:rescue`] === text, Object.keys(Object.prototype).length]",
                [KEY, text],
            )
            assert there == [{"invoices": "one_late"}, True, 0]

    def test_names_of_every_object_are_answers_to_nothing(self, page: Page) -> None:
        """As questions and as options; what was answered beside them stays."""
        names = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"]
        answers = (
            '{"invoices":"one_late","told":"constructor","missed_date":"__proto__",'
            + ",".join(f'"{name}":"few"' for name in names)
            + "}"
        )
        record = f'{{"format":1,"revision":"old","n":1,"answers":{answers},"__proto__":{{"n":9}}}}'
        put(page, (KEY, record))

        ready(page, "warning-signs/")
        show_result(page)

        assert given(page) == {"invoices": "one_late"}
        expect(page.locator(".pw-notice")).to_contain_text("7 saved answers no longer fit")
        assert page.evaluate("() => Object.keys(Object.prototype).length") == 0

    @pytest.mark.parametrize("n", [2**53 - 1, 2**53, 10**300])
    def test_counter_at_its_end_loses_no_answer(self, page: Page, n: int) -> None:
        """The next record counts on from it, and must be one that can be read."""
        record = {"format": 1, "revision": "x", "n": n, "answers": {"invoices": "one_late"}}
        put(page, (KEY, json.dumps(record)))
        ready(page, "warning-signs/")

        give(page, told="spoken")
        page.reload()

        assert given(page) == {"invoices": "one_late", "told": "spoken"}
        assert list(stored(page)) == [KEY]
        expect(page.locator(".pw-notice")).to_be_hidden()

    def test_full_one_is_said_and_nothing_of_others_is_touched(self, page: Page) -> None:
        """Five megabytes of somebody else, and a record of ours as large as fits."""
        page.goto("privacy/")
        page.evaluate(
            """(key) => {
                localStorage.setItem(key, "x".repeat(3_000_000));
                let size = 4_000_000;
                let n = 0;
                while (size >= 1) {
                    try { localStorage.setItem(`theirs${n}`, "y".repeat(size)); n += 1; }
                    catch { size = Math.floor(size / 2); }
                }
            }""",
            KEY,
        )
        before = page.evaluate("() => Object.entries({...localStorage}).sort()")
        ready(page, "warning-signs/")

        give(page, invoices="one_late")

        expect(page.locator(".pw-notice")).to_contain_text("does not let the page save anything")
        expect(page.locator(".pw-saved")).to_be_hidden()
        assert given(page) == {"invoices": "one_late"}
        assert page.evaluate("() => Object.entries({...localStorage}).sort()") == before

    def test_keys_of_others_are_neither_read_nor_deleted(self, page: Page) -> None:
        """Two sites of one account share a store; neighbours may be called nearly like ours."""
        theirs = {
            "partways:/other/:warning-signs": '{"format":1}',
            "partways:/partways/:warning-signs2": "a",
            "partways:/partways/:warning-signs2:rescue": "b",
            "partways:/partways/:ideal-client": "c",
            "partways:": "d",
            "x" + KEY: "e",
            "__proto__": "f",
            "getItem": "g",
            "token": "secret",
        }
        put(page, *theirs.items(), (KEY, "{"))
        page.add_init_script(
            """window.read = new Set();
            for (const name of ["getItem", "setItem", "removeItem"]) {
                const own = Storage.prototype[name];
                Storage.prototype[name] = function (key, ...rest) {
                    window.read.add(key);
                    return own.call(this, key, ...rest);
                };
            }"""
        )
        ready(page, "warning-signs/")
        give_all(page, STRAINED)
        show_result(page)
        page.locator('.pw-result [data-do="change"]').click()
        page.locator('[data-do="ask-delete"]').click()
        page.locator('[data-do="delete"]').click()
        expect(page.locator(".pw-status")).to_contain_text("deleted")

        touched = set(page.evaluate("() => [...window.read]"))
        assert touched <= {KEY, f"{KEY}:rescue", CASE} | {
            key
            for key in touched
            if key.startswith("/partways/.__")  # Material's own
        }
        left = dict(
            page.evaluate(
                "() => Object.keys(localStorage).map((k) => [k, localStorage.getItem(k)])"
            )
        )
        assert {key: left.get(key) for key in theirs} == theirs
        assert not [key for key in left if key.startswith(KEY) and key not in theirs]

    def test_deleting_takes_the_reasons_that_no_letter_took(self, page: Page) -> None:
        """Who follows the link to a letter without a network leaves them behind."""
        ready(page, "warning-signs/")
        give_all(page, STRAINED)
        show_result(page)
        page.evaluate("() => addEventListener('click', (event) => event.preventDefault())")
        page.locator('[data-words="w9"] a').click()
        assert CASE in stored(page)
        page.locator('.pw-result [data-do="change"]').click()
        page.locator('[data-do="ask-delete"]').click()

        page.locator('[data-do="delete"]').click()

        assert stored(page) == {}


class TestDraft:
    @pytest.mark.parametrize(
        "text",
        [
            "{",
            '{"format":2,"values":{"addressee":"x"}}',
            '{"format":1,"values":[1],"variant":{},"own":"x"}',
            '{"format":1,"values":{"__proto__":"x","constructor":"y"},"variant":"__proto__"}',
            '{"format":1,"values":{"addressee":{"a":1}},"variant":"\\"]<b>","own":{"en":5}}',
            "[" * 60_000,
            "x" * 2_000_000,
        ],
        ids=range(7),
    )
    def test_that_is_none_leaves_an_empty_letter(self, page: Page, text: str) -> None:
        put(page, (DRAFT, text), (CASE, text))

        page.goto("words/w9/")

        expect(page.locator("partways-letter")).to_have_class(re.compile("pw-on"))
        assert page.locator('[name="addressee"]').input_value() == ""
        page.locator('[name="addressee"]').fill("Anna Lind")
        expect(page.locator(".pw-letter:visible")).to_contain_text("Anna Lind")

    def test_is_gone_when_it_is_deleted_right_after_typing(self, page: Page) -> None:
        """What waits for a pause in typing must not come back after it."""
        page.goto("words/w9/")
        page.locator('[name="addressee"]').fill("Anna Lind")
        expect(page.locator(".pw-letter:visible")).to_contain_text("Anna Lind")
        assert DRAFT in stored(page)

        page.evaluate(
            """() => {
                const field = document.querySelector('[name="addressee"]');
                field.value = "Bo";
                field.dispatchEvent(new Event("input", {bubbles: true}));
                document.querySelector('partways-letter [data-do="delete"]').click();
            }"""
        )

        page.wait_for_timeout(600)
        assert stored(page) == {}
        expect(page.locator(".pw-say-saved")).to_have_text("")

    def test_texts_from_the_device_are_only_ever_text(self, page: Page) -> None:
        evil = '<img src=x onerror="window.pwned=1">'
        values = {"addressee": evil, "delay_facts": evil, "sender": evil}
        draft = {"format": 1, "values": values, "variant": "email-neutral", "own": {"en": evil}}
        case = {"language": "en", "because": [evil], "measure": evil, "date": evil}
        put(page, (DRAFT, json.dumps(draft)), (CASE, json.dumps(case)))

        page.goto("words/w9/")

        expect(page.locator("partways-letter")).to_have_class(re.compile("pw-on"))
        expect(page.locator(".pw-say-own textarea")).to_have_value(evil)
        page.locator('[data-do="restore"]').click()
        expect(page.locator(".pw-letter:visible")).to_contain_text(evil)
        assert page.locator("partways-letter img").count() == 0
        assert page.evaluate("() => window.pwned") is None


# -- files -----------------------------------------------------------------------------------------


class TestFiles:
    def test_ids_and_claims_of_a_file_are_text_or_nothing(self, page: Page, tmp_path: Path) -> None:
        """HTML as a question, names of every object, a verdict of its own."""
        evil = '"><img src=x onerror="window.pwned=1">'
        path = tmp_path / f"{quote(evil, safe='')}.json"
        path.write_text(
            '{"format":1,"questionnaire":"warning-signs","revision":"x","n":0,"__proto__":{"n":1},'
            '"answers":{"attacked":"yes","__proto__":"yes","constructor":"few","told":"toString",'
            f"{json.dumps(evil)}:{json.dumps(evil)}}},"
            '"verdict":"keep","state":"settled","score":0,"dimensions":[]}'
        )
        ready(page, "warning-signs/")
        give(page, invoices="on_time")

        page.locator(".pw-file input").set_input_files(path)

        assert title(page) == "Stop contact. Safety first"
        assert json.loads(stored(page)[KEY])["answers"] == {"invoices": "on_time"}
        page.get_by_role("button", name="Put these in place of mine").click()
        assert given(page) == {"attacked": "yes"}
        page.reload()
        expect(page.locator("partways-assessment")).to_have_class("pw-assessment pw-on")
        assert given(page) == {"attacked": "yes"}
        assert page.locator("partways-assessment img").count() == 0
        assert page.evaluate("() => [window.pwned, Object.keys(Object.prototype).length]") == [
            None,
            0,
        ]

    @pytest.mark.parametrize(
        "data",
        [
            b"\x00\xff\xfe" * 1000,
            b'{"a":' * 10_000,
            b"x" * 20_000_000,
            b'{"format":1,"questionnaire":["warning-signs"],"revision":"x","n":0,"answers":{}}',
            b'{"format":1,"questionnaire":"warning-signs","revision":"x","n":0,"answers":null}',
            b'{"format":1,"questionnaire":"warning-signs","revision":"x","n":0,"answers":{"a":1}}',
        ],
        ids=range(6),
    )
    def test_other_ones_give_one_sentence_at_once(
        self, page: Page, tmp_path: Path, data: bytes
    ) -> None:
        path = tmp_path / "a.json"
        path.write_bytes(data)
        ready(page, "warning-signs/")

        page.locator(".pw-file input").set_input_files(path)

        expect(page.locator(".pw-notice")).to_have_text(
            "This file holds no answers to this questionnaire.", timeout=2000
        )
        expect(page.locator(".pw-result")).to_be_hidden()


# -- nothing leaves --------------------------------------------------------------------------------


def test_no_request_is_made_after_a_page_is_there(
    page: Page, links: tuple[str, str], tmp_path: Path
) -> None:
    """Answering, result, link, file, calendar, a shared result, a letter, its draft, a sheet."""
    asked: list[str] = []
    # The picture of the tab is the browser's own question, whenever it likes.
    page.on("request", lambda r: None if r.url.endswith(".svg") else asked.append(r.url))
    page.on("websocket", lambda socket: asked.append(socket.url))

    def still(address: str) -> None:
        page.goto(address)
        page.wait_for_load_state("networkidle")
        asked.clear()

    still("warning-signs/")
    give_all(page, STRAINED)
    show_result(page)
    page.locator(".pw-share summary").click()
    page.get_by_role("button", name="Copy the link").click()
    with page.expect_download() as download:
        page.locator('.pw-tools [data-do="download"]').click()
    path = tmp_path / "a.json"
    download.value.save_as(path)
    with page.expect_download():
        page.get_by_role("button", name="Add to calendar").click()
    page.locator(".pw-file input").set_input_files(path)
    expect(page.locator(".pw-shared")).to_be_visible()
    page.evaluate("(code) => { location.hash = code; }", links[0])
    page.wait_for_timeout(300)
    assert [url for url in asked if not url.startswith("blob:")] == []

    still("words/w9/")
    page.locator('[name="addressee"]').fill("Anna Lind")
    page.get_by_role("button", name="Change the wording").click()
    page.locator(".pw-say-own textarea").fill("You are toxic. http://example.com/x.png")
    expect(page.locator(".pw-findings")).to_have_attribute("data-state", "found")
    page.locator('partways-letter [data-do="delete"]').click()
    page.wait_for_timeout(300)
    assert [url for url in asked if not url.startswith("blob:")] == []

    still("documents/end-plan/")
    page.locator("partways-worksheet [name]").first.fill("http://example.com/x.png")
    page.wait_for_timeout(300)
    assert asked == []


# -- the author ------------------------------------------------------------------------------------

#: Ends of everything a text can stand in, then what would run behind them.
EVIL = (
    ' "\'`><img src=x onerror="window.pwned=1"><svg/onload=window.pwned=1></script>'
    '<script>window.pwned=1</script><!-- <script> ]]> --!> </title></textarea></style></template>'
    '</partways-assessment></partways-letter> [x](javascript:window.pwned=1) '
    '[y]("onclick="window.pwned=1) [z](http://x/"onfocus="window.pwned=1) {{ 7*7 }} {% x %} '
    '="pw:single/../../x" &lt;b&gt; \u202e\u200b %s \\u003c $& ${x}'
)  # fmt: skip

#: The checks that refuse such texts are the first wall. Here it is taken away: what is held
#: against the attack is that texts are escaped.
NO_CHECKS = """
import re
from partways import checks, model, project, source
model._HTML = model._LINK = re.compile("(?!)")
source.invisible = lambda path, text: []
checks.structure = lambda *_: []
project._Loader._judge = lambda *_: None
"""


def plain(path: Path) -> Any:
    """A file of our own as lists, mappings and texts."""
    node, problems = source.read(path.name, path.read_bytes())
    assert node is not None
    assert problems == []
    return source.to_data(node)


def spoiled(kind: Any, path: Path) -> int:
    """Put the attack into every text of a file; how many there were."""
    many = kind in (model.Blank, model.Sign, model.Exercise)
    reading = read_parts if many else read_part
    part, _, problems = reading(kind, path.name, path.read_bytes())
    assert problems == []
    parts: dict[Any, Any] = part if isinstance(part, dict) else {None: part}
    data = plain(path)
    count = 0
    for key, one in parts.items():
        for place, text in model.texts(one):
            inner = data if key is None else data[key]
            *above, last = place
            for step in above:
                inner = inner[step]
            if isinstance(inner, list):
                last = int(last)
            elif isinstance(inner[last], list):
                continue
            inner[last] = text + EVIL
            count += 1
    path.write_text(json.dumps(data), "utf-8")
    return count


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site whose every text is an attack: a questionnaire, a letter, a sign, a sheet."""
    root = tmp_path_factory.mktemp("hostile")
    shutil.copytree(ROOT / "generator/partways/starter", root, dirs_exist_ok=True)
    ours, there = ROOT / "questionnaire", root / "questionnaire"
    shutil.rmtree(there / "cases")
    for name in ("words/en/fields.yml", "words/en/check.yml", "words/en/w1.yml"):
        (there / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ours / name, there / name)
    signs = plain(ours / "signs/en.yml")
    late = {**signs["attacked"], "words": "none", "question": "late"}
    exercise = plain(ours / "practice/en.yml")
    first = {**next(iter(exercise.values())), "word": "w1"}
    sheet = plain(ours / "documents/en/end-plan.yml")
    sheet["intro"] = "Begin."
    for row in sheet["sections"]["actions"]["rows"].values():
        row.pop("words", None)
    for name, data in (
        ("signs/en.yml", {"late": late}),
        ("practice/en.yml", {"first": first}),
        ("documents/en/plan.yml", sheet),
    ):
        (there / name).parent.mkdir(parents=True, exist_ok=True)
        (there / name).write_text(json.dumps(data), "utf-8")
    for kind, name in (
        (model.Questionnaire, "my-first.yml"),
        (model.Blank, "words/en/fields.yml"),
        (model.Word, "words/en/w1.yml"),
        (model.Sign, "signs/en.yml"),
        (model.Exercise, "practice/en.yml"),
        (model.Worksheet, "documents/en/plan.yml"),
    ):
        assert spoiled(kind, there / name) > 5
    pages = root / "content/en"
    (pages / "words.md").write_text("# Words\n\n/// words\n///\n", "utf-8")
    (pages / "all.md").write_text(
        "# All\n\n"
        + "".join(f"/// {name}\n///\n\n" for name in ("signs", "documents", "practice")),
        "utf-8",
    )
    config = (root / "mkdocs.yml").read_text("utf-8") + "\nhooks: [loose.py]\n"
    (root / "mkdocs.yml").write_text(config, "utf-8")
    (root / "loose.py").write_text(NO_CHECKS, "utf-8")
    # Not strict: links to nowhere, which is what the attack's become, are warnings.
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--site-dir", str(root / "out")],
        cwd=root,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return root / "out"


_LIVE = """() => [...document.querySelectorAll("*")].filter((element) =>
    element.matches('img[src="x"], svg[onload], iframe, object, embed, base') ||
    [...element.attributes].some(({name, value}) =>
        /^on/i.test(name) || /^\\s*(javascript|data|vbscript):/i.test(value) &&
        /^(href|src|action|formaction|srcdoc|xlink:href)$/i.test(name)) ||
    element.matches("script:not([src])") && /^\\s*window\\.pwned/.test(element.textContent)
).map((element) => element.outerHTML.slice(0, 200))"""


class TestAuthor:
    @pytest.fixture
    def open_(self, new_page: NewPage, hostile: Path, serve: Callable[[Path], str]) -> Any:
        """Open a page of the hostile site from which its policy was taken."""
        page = new_page(base_url=serve(hostile))

        def without_policy(route: Route) -> None:
            answer = route.fetch()
            text = answer.text()
            open_page, found = re.subn(
                r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text
            )
            assert found == 1
            route.fulfill(response=answer, body=open_page)

        page.route(re.compile(r"(/|\.html)$"), without_policy)

        def opened(address: str) -> Page:
            page.goto(address)
            return page

        return opened

    def safe(self, page: Page) -> None:
        page.wait_for_timeout(150)
        assert page.evaluate(_LIVE) == []
        assert page.evaluate("() => window.pwned ?? null") is None

    def test_questionnaire_is_text_only(self, open_: Callable[[str], Page]) -> None:
        """As it loads, while answering, with its result, and with a card that cannot wait."""
        page = open_("my-first/")
        expect(page.locator("partways-assessment")).to_have_class("pw-assessment pw-on")
        self.safe(page)
        held = page.locator("script.pw-held")
        assert held.count() == 1
        assert "<img" not in (held.text_content() or "")
        give(page, threatened="unsure", late="usual", promised="usual", tone="never")
        self.safe(page)
        show_result(page)
        assert held.count() == 0
        self.safe(page)
        shown = page.locator(".pw-verdict:visible").inner_text()
        assert '<img src=x onerror="window.pwned=1">' in shown
        assert "</script>" in shown
        assert "{{ 7*7 }}" in shown
        page.goto(page.locator(".pw-share__link").input_value())
        page.reload()
        expect(page.locator(".pw-shared")).to_be_visible()
        self.safe(page)
        give(page, threatened="yes")
        self.safe(page)

    @pytest.mark.parametrize(
        "address", ["words/", "words/w1/", "signs/late/", "documents/plan/", "all/", ""]
    )
    def test_words_are_text_only(self, open_: Callable[[str], Page], address: str) -> None:
        """Every kind of page that is made of words, at work."""
        page = open_(address)
        self.safe(page)
        for field in page.locator(".pw-on [data-field] :is(input[type=text], textarea)").all()[:6]:
            field.fill(EVIL)
        for button in page.locator('.pw-on [data-do="edit"]').all():
            if button.is_visible():
                button.click()
        for row in page.locator("partways-worksheet [name]").all()[:3]:
            if row.get_attribute("type") != "date":
                row.fill(EVIL)
        page.wait_for_timeout(400)
        self.safe(page)
        if address:
            assert "onerror=" in page.locator("main").inner_text()

    def test_single_file_is_text_only(self, hostile: Path, new_page: NewPage) -> None:
        """Its policy is inside it, and is taken away as well."""
        made = next(hostile.glob("single/my-first.html"))
        text = re.sub(
            r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", made.read_text("utf-8")
        )
        bare = made.with_name("bare.html")
        bare.write_text(text, "utf-8")
        page = ready(new_page(), bare.as_uri())

        give(page, threatened="unsure", late="usual", promised="usual", tone="never")
        show_result(page)

        self.safe(page)
        assert "onerror=" in page.locator(".pw-verdict:visible").inner_text()
