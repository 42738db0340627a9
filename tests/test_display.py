"""bertcourse.exercises.display: what is shown is short, escaped, and reads well in any theme."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from bertcourse.exercises import EXERCISES, hint, progress, solution
from bertcourse.exercises.display import Card, Progress, Row, Solution, feedback, rich, show
from bertcourse.exercises.exercise import CheckReport, LearnerError, Mistake, Shown

EXERCISE = EXERCISES["causal_mask"]
HOSTILE = "<script>alert('x')</script><img src=x onerror=y> & \"quoted\" `<b>code</b>`"
FOUR_HINTS = replace(EXERCISE, hints=("one", "two", "three", "four"))


class Page(HTMLParser):
    """Which tags stand in a page, with what attributes, and whether they are closed in order."""

    VOID = ("br", "img", "hr")

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes, self.open, self.text = [], [], [], ""
        self.feed(html)
        self.close()
        assert self.open == [], "every tag is closed"

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += attributes
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def report(outcome="incorrect", **parts):
    return CheckReport("causal_mask", outcome, **parts)


def hostile_report(outcome):
    mistake = Mistake("id", HOSTILE, HOSTILE)
    return report(
        outcome,
        mistakes=(mistake, mistake),
        advice=(mistake,),
        evidence=HOSTILE,
        error=LearnerError(HOSTILE, HOSTILE, 3, HOSTILE),
        example=Shown({HOSTILE: HOSTILE}, HOSTILE, HOSTILE),
        printed=HOSTILE,
    )


OUTCOMES = ("correct", "incorrect", "not_attempted")
SHOWN = {
    **{
        f"{outcome} {what}": feedback(EXERCISE, each, 1, HOSTILE)
        for outcome in OUTCOMES
        for what, each in (("plain", report(outcome)), ("hostile", hostile_report(outcome)))
    },
    "card": Card(
        "incorrect",
        HOSTILE,
        (HOSTILE,),
        ((HOSTILE, HOSTILE),),
        HOSTILE,
        ((HOSTILE, HOSTILE),),
        HOSTILE,
    ),
    "progress": Progress((Row(0, HOSTILE, HOSTILE, HOSTILE),), 0, 1),
    "hint": hint("split_heads"),
}
EVERY = pytest.mark.parametrize("thing", SHOWN.values(), ids=SHOWN.keys())


@EVERY
def test_nothing_from_outside_becomes_html(thing):
    page = Page(thing._repr_html_())
    assert not {"script", "img", "b"} & set(page.tags)
    assert not [name for name, _ in page.attributes if name.startswith("on")]


@EVERY
def test_the_text_form_has_no_html_of_ours(thing):
    text = str(thing).replace(HOSTILE, "")
    assert not re.search(r"</?(p|div|code|pre|table|tr|td|th|details|summary|strong)\b", text)
    assert "&lt;" not in text and "&quot;" not in text
    assert repr(thing) == str(thing)


@EVERY
def test_text_takes_the_pages_own_colour(thing):
    for _, value in (pair for pair in Page(thing._repr_html_()).attributes if pair[0] == "style"):
        properties = dict(part.split(":", 1) for part in value.split(";"))
        assert "color" not in properties
        background = properties.get("background", "none")
        assert background == "none" or background.startswith("rgba("), "translucent on any theme"


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_all_that_was_found_is_shown_in_both_forms(outcome):
    card = feedback(EXERCISE, hostile_report(outcome), 1, HOSTILE)
    expected = {"correct": 3, "incorrect": 8, "not_attempted": 0}[outcome]
    assert str(card).count(HOSTILE) >= expected
    assert Page(card._repr_html_()).text.count("<script>") >= expected


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("plain", "plain"),
        ("use `x + 1` or `y`", "use <code>x + 1</code> or <code>y</code>"),
        ("`a < b`", "<code>a &lt; b</code>"),
        ("one ` alone", "one ` alone"),
        ("`` empty", "`` empty"),
        ("<b>", "&lt;b&gt;"),
        ("`</code><script>`", "<code>&lt;/code&gt;&lt;script&gt;</code>"),
        ("&amp;", "&amp;amp;"),
    ],
)
def test_what_stands_between_backticks_becomes_code(text, html):
    assert rich(text) == html


def test_what_was_printed_keeps_its_lines():
    card = feedback(EXERCISE, report(printed="one\n  two\n"))
    assert "one\n  two</pre>" in card._repr_html_()
    assert "Your code printed:\none\n  two\n" in str(card)


def test_the_headline_says_the_outcome_first():
    signs = {"correct": "✓ Correct", "incorrect": "✗ Not yet", "not_attempted": "○ Not attempted"}
    for outcome, sign in signs.items():
        card = feedback(EXERCISE, report(outcome))
        assert str(card).startswith(sign)
        assert Page(card._repr_html_()).text.startswith(sign)


def test_a_named_mistake_is_the_headline_and_its_reason_comes_next():
    mistakes = (Mistake("a", "The first", "Because."), Mistake("b", "The second", "As well."))
    lines = str(feedback(EXERCISE, report(mistakes=mistakes, evidence="It differs."))).splitlines()
    assert lines[:4] == [
        "✗ Not yet: the first",
        "Because.",
        "Also: the second. As well.",
        "It differs.",
    ]


def test_advice_leaves_the_answer_correct():
    card = feedback(EXERCISE, report("correct", advice=(Mistake("a", "It overflows", "In half."),)))
    assert str(card).startswith("✓ Correct")
    assert "It overflows. In half." in str(card)


def test_an_answer_without_a_name_for_the_mistake_has_a_headline_all_the_same():
    card = feedback(EXERCISE, report(evidence="It differs."))
    assert re.match(r"✗ Not yet: \w+.*\nIt differs\.", str(card))
    stopped = report(evidence="It stopped.", error=LearnerError("KeyError", "x"))
    assert "KeyError" in str(feedback(EXERCISE, stopped)).splitlines()[0]


@pytest.mark.parametrize(("tries", "opened"), [(1, 1), (2, 2), (3, 3), (4, 3), (50, 3)])
def test_hints_open_one_after_the_other(tries, opened):
    wrong = report(mistakes=(Mistake("a", "Wrong", "So."),))
    card = feedback(FOUR_HINTS, wrong, tries)
    assert f"Hint {opened}: {FOUR_HINTS.hints[opened - 1]}" in str(card)
    for later in FOUR_HINTS.hints[opened:]:
        assert not re.search(rf"\b{later}\b", str(card)), "the text form keeps later hints back"
    page = card._repr_html_()
    folded = re.findall(r"<details><summary>(Hint \d)</summary>", page)
    assert folded == [f"Hint {number}" for number in range(opened + 1, 5)]
    assert "<details open" not in page


def test_a_stub_is_offered_all_hints_folded():
    card = feedback(FOUR_HINTS, report("not_attempted"))
    assert card._repr_html_().count("<details>") == 4
    assert "one" not in str(card).split()


def test_feedback_ends_with_the_next_step():
    assert "run it again" in str(feedback(EXERCISE, report())).splitlines()[-1]
    assert "run the cell" in str(feedback(EXERCISE, report("not_attempted")))


def test_a_solution_is_highlighted_in_a_notebook_and_bare_elsewhere():
    shown = Solution("def f(x):\n    return x\n")
    assert shown._repr_markdown_() == "```python\ndef f(x):\n    return x\n```"
    assert str(shown) == repr(shown) == "def f(x):\n    return x"
    for exercise_id in EXERCISES:
        assert "```" not in str(solution(exercise_id)), "it would end the block"


def test_progress_lines_up_as_text_and_as_a_table():
    text, page = str(progress()), Page(progress()._repr_html_())
    assert text.splitlines()[0] == f"0 of {len(EXERCISES)} exercises solved"
    assert len({line.index("○") for line in text.splitlines() if "○" in line}) == 1
    assert page.tags.count("tr") == 1 + len(progress().rows)
    for exercise in EXERCISES.values():
        assert exercise.title in text
        assert exercise.title in page.text


def test_without_a_notebook_things_are_printed(capsys):
    card = feedback(EXERCISE, report())
    show(card)
    assert capsys.readouterr().out == f"{card}\n"


@pytest.mark.parametrize("name", ["IPython", "IPython.display"])
def test_without_ipython_installed_things_are_printed(capsys, monkeypatch, name):
    monkeypatch.setitem(__import__("sys").modules, name, None)
    show("something")
    assert capsys.readouterr().out == "something\n"
