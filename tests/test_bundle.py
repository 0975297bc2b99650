"""The browser files: modules in, one script and one style sheet out."""

import gzip
import json
import re
import subprocess
from pathlib import Path

import pytest

from partways import bundle, project

ROOT = Path(__file__).parent.parent
RUNTIME = ROOT / "generator/partways/runtime"


def node(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["node", *arguments],
        cwd=ROOT,
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


class TestModules:
    def test_unit_tests_of_the_modules_pass(self) -> None:
        """They run in Node as they are in git: `node --test tests/js/*.test.mjs`."""
        files = sorted(str(path) for path in (ROOT / "tests/js").glob("*.test.mjs"))

        done = node("--test", *files)

        assert done.returncode == 0, done.stdout + done.stderr

    def test_only_main_acts_when_it_is_loaded(self) -> None:
        """Whoever imports another module gets names and nothing else."""
        starts = {"main.mjs", "desk.mjs"}
        names = [path.name for path in RUNTIME.glob("*.mjs") if path.name not in starts]
        imports = "".join(f'await import("./generator/partways/runtime/{n}");' for n in names)
        # Anything of a browser that a module touched would be missed here.
        script = f"const before = Object.keys(globalThis).length; {imports}"
        script += "if (Object.keys(globalThis).length !== before) throw new Error('a global');"

        done = node("--input-type=module", stdin=script)

        assert (done.stdout, done.stderr) == ("", "")


class TestJoin:
    def test_modules_come_in_the_order_of_their_imports(self) -> None:
        """What is used stands before what uses it."""
        text = bundle.join(
            {
                "main.mjs": 'import { b } from "./b.mjs";\nb();\n',
                "b.mjs": 'import { a } from "./a.mjs";\nexport function b() {\n  a();\n}\n',
                "a.mjs": "export const a = () => 1;\n",
            }
        )

        assert text.index("const a =") < text.index("function b(") < text.index("\nb();")
        assert text.startswith('(() => {\n"use strict";\n')

    @pytest.mark.parametrize(
        ("module", "said"),
        [
            ('import { b } from "./a.mjs";\n', "a.mjs has no “b”"),
            ('import * as a from "./a.mjs";\n', "cannot be joined"),
            ('import { a as b } from "./a.mjs";\n', "has no “a as b”"),
            ("export default 1;\n", "cannot be joined"),
            ('import { a } from "./a.mjs";\nconst a = 2;\n', "declared in"),
            ("const text = `one\ntwo`;\n", "over several lines"),
            ("const text = `a ${`b`}`;\n", "in another"),
        ],
    )
    def test_what_one_scope_cannot_hold_is_refused(self, module: str, said: str) -> None:
        """A mistake in a module stops the build instead of becoming another script."""
        with pytest.raises(bundle.BundleError, match=re.escape(said)):
            bundle.join({"main.mjs": module, "a.mjs": "export const a = 1;\n"})

    def test_comments_go_and_texts_stay_whole(self) -> None:
        """Nothing that stands in quotes, in a template or in a regular expression is touched."""
        kept = [
            '"// no comment, {  two spaces  }"',
            "'/* neither */ ( x )'",
            "`a  ( ${ b } )  // c`",
            "/[/]  ( ?x ) \\/ +/g",
        ]
        lines = "".join(f"const k{n} = {text};\n" for n, text in enumerate(kept))
        module = f"/**\n * A comment ( with code )\n */\n// one more\nconst b = 1 - -2;\n{lines}"

        text = bundle.join({"main.mjs": module})

        assert all(whole in text for whole in kept)
        assert "comment (" not in text
        assert "one more" not in text
        assert "const b = 1 - -2;" in text

    def test_what_the_start_does_not_need_is_left_out(self) -> None:
        """Pages of words and pages of questionnaires share modules, not scripts."""
        modules = {"main.mjs": "one();\n", "desk.mjs": "two();\n"}

        assert "two()" not in bundle.join(modules)
        assert "one()" not in bundle.join(modules, "desk.mjs")


class TestScript:
    def test_is_a_classic_script_without_modules(self) -> None:
        """A file on disk may not load modules, and an inline script may not end early."""
        _, text = bundle.script()

        assert not re.search(r"^(?:import|export)\b", text, re.MULTILINE)
        assert not re.search(r"</script|<!--", text, re.IGNORECASE)
        assert node("--check", "-", stdin=text).returncode == 0

    def test_name_carries_the_hash_of_the_text(self) -> None:
        """A page names the one script it was built with."""
        name, text = bundle.script()

        assert re.fullmatch(r"partways\.[0-9a-f]{10}\.js", name)
        assert bundle.hashed("partways", "js", text + " ") != name

    def test_squeezed_script_is_in_step(self) -> None:
        """After a change of `runtime/`: make script."""
        committed = (RUNTIME / "squeezed.js").read_text("utf-8")

        made = node("tests/js/squeeze.mjs", stdin=bundle.joined())

        assert made.stdout == committed
        assert bundle.script()[1] == committed.partition("\n")[2]

    def test_a_script_out_of_step_is_not_served(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Who changes a module sees the change at once, and not the script of yesterday."""
        monkeypatch.setattr(bundle, "joined", lambda: "(() => {})();\n")
        bundle.script.cache_clear()

        assert bundle.script()[1] == "(() => {})();\n"
        bundle.script.cache_clear()

    @pytest.mark.parametrize("squeezed", [False, True])
    def test_both_forms_give_the_same(self, squeezed: bool) -> None:
        """The joined script is the modules: same results, links and calendar files."""
        modules = bundle._texts("runtime", ".mjs")
        names = {"scoring.mjs": "assess", "codec.mjs": "encode", "calendar.mjs": "calendarFile"}
        modules["main.mjs"] = (
            "".join(f'import {{ {name} }} from "./{file}";\n' for file, name in names.items())
            + "globalThis.joined = { assess, encode, calendarFile };\n"
        )
        programs = [c.program for c in project.load(ROOT).questionnaires.values()]
        text = bundle.join(modules)
        if squeezed:
            text = node("tests/js/squeeze.mjs", stdin=text).stdout
        script = f"""
            import vm from "node:vm";
            import assert from "node:assert/strict";
            import {{ assess }} from "./generator/partways/runtime/scoring.mjs";
            import {{ encode, vocabulary }} from "./generator/partways/runtime/codec.mjs";
            import {{ calendarFile }} from "./generator/partways/runtime/calendar.mjs";
            vm.runInThisContext({json.dumps(text)});
            let seed = 1;
            const dice = () => (seed = Math.imul(seed, 48271) >>> 0) / 2 ** 32;
            for (const program of {json.dumps(programs)}) for (let n = 0; n < 40; n += 1) {{
              const share = dice();
              const answers = {{}};
              for (const [question, option] of vocabulary(program)) {{
                if (dice() < share / 2) answers[question] = option;
              }}
              assert.deepEqual(joined.assess(program, answers), assess(program, answers));
              assert.equal(joined.encode(program, answers), encode(program, answers));
            }}
            const now = new Date(0);
            const title = "ß, б; \\n🙂".repeat(9);
            const reminder = {{ id: "a", date: now, title, text: "b", now }};
            assert.equal(joined.calendarFile(reminder), calendarFile(reminder));
        """

        done = node("--input-type=module", stdin=script)

        assert done.returncode == 0, done.stderr

    def test_script_and_program_stay_within_their_budget(self) -> None:
        """At most 15 kB, gzipped, on any page where one answers."""
        programs = [c.program_json for c in project.load(ROOT).questionnaires.values()]
        sizes = [
            len(gzip.compress(text.encode(), 9, mtime=0))
            for text in (bundle.script()[1], *programs)
        ]

        assert sizes[0] + max(sizes[1:]) <= 15_000


class TestStyle:
    def test_is_tokens_ours_counters_and_what_is_added(self) -> None:
        """One request for everything a page of ours looks like."""
        name, text = bundle.style(".extra { color: red; }")

        places = [
            text.index(part) for part in ("--pw-paper", ".pw-option", "counter-reset", ".extra")
        ]
        assert places == sorted(places)
        assert re.fullmatch(r"partways\.[0-9a-f]{10}\.css", name)
        assert "/*" not in text

    def test_asks_nobody_for_anything(self) -> None:
        """No font, picture or sheet from anywhere."""
        assert not re.search(r"url\(|@import|@font-face", bundle.style()[1])
