"""The widgets with curves: the schedule at every move of a slider, and a training as it runs."""

from importlib.resources import files

import pytest
import traitlets

from bertcourse.optim import linear_warmup
from bertcourse.viz import TrainingCurves, WarmupPlayground

FRONT_END = (files("bertcourse.viz") / "static" / "curves.js").read_text(encoding="utf-8")


def row(split, step, mlm_loss=5.0, nsp_accuracy=0.5):
    return {
        "split": split,
        "step": step,
        "mlm_loss": mlm_loss,
        "mlm_accuracy": 0.25,
        "nsp_accuracy": nsp_accuracy,
    }


def test_the_line_is_the_schedule():
    line = WarmupPlayground(peak=1e-3, warmup=300, total=2_000).panels[0]["lines"][0]
    assert 300 in line["x"] and line["x"][-1] == 2_000
    assert line["y"] == [linear_warmup(step, 1e-3, 300, 2_000) for step in line["x"]]


def test_moving_a_slider_computes_the_schedule_anew():
    playground = WarmupPlayground(warmup=1_000, step=500)
    before = playground.rate
    playground.warmup = 2_000
    assert playground.rate == pytest.approx(before / 2)
    playground.peak = 2e-3
    assert playground.rate == pytest.approx(before)
    assert f"{playground.rate:.2e}" in playground.sentence()


def test_a_shorter_run_takes_the_warmup_and_the_step_along():
    playground = WarmupPlayground(warmup=5_000, total=10_000, step=8_000)
    playground.total = 2_000
    assert (playground.warmup, playground.step) == (2_000, 2_000)
    assert max(slider["max"] for slider in playground.sliders[1:]) == 10_000
    assert playground.sliders[1]["max"] == playground.sliders[3]["max"] == 2_000


def test_the_given_schedule_is_the_one_that_is_drawn():
    playground = WarmupPlayground(lambda step, peak, warmup, total: peak / 2, made_by="your code")
    assert set(playground.panels[0]["lines"][0]["y"]) == {playground.peak / 2}
    assert playground.picture().made_by == "your code"


def test_the_sentence_says_whose_schedule_it_is_and_what_it_raises():
    playground = WarmupPlayground(
        lambda step, peak, warmup, total: peak * (total - step) / (total - warmup),
        made_by="your code",
    )
    assert playground.says.endswith("Made by your code.")
    playground.warmup = playground.total
    assert "10000 steps of warm-up of 10000" in playground.says
    assert "raises ZeroDivisionError" in playground.says
    assert playground.sliders[1]["text"] == "10000 steps"
    playground.warmup = 0
    assert "raises" not in playground.says


def test_every_peak_that_the_slider_can_take_is_read_off_exactly():
    playground = WarmupPlayground()
    for tenths in range(1, 21):
        playground.peak = tenths / 10_000
        assert float(playground.sliders[0]["text"]) == pytest.approx(playground.peak)


@pytest.mark.parametrize(
    ("trait", "value", "said"),
    [
        ("peak", 1.0, "choose from 0.0001 to 0.002"),
        ("total", 5, "choose from 1000 to 10000"),
        ("warmup", 20_000, "choose from 0 to total=10000"),
        ("step", -1, "choose from 0 to total=10000"),
    ],
)
def test_a_number_out_of_range_is_refused_with_the_range(trait, value, said):
    playground = WarmupPlayground()
    with pytest.raises(traitlets.TraitError, match=said):
        setattr(playground, trait, value)


def test_a_training_without_rows_says_so_and_has_no_picture():
    curves = TrainingCurves(100, 6.0)
    assert curves.picture() is None
    assert "No step" in curves.sentence()


def test_rows_become_lines_of_their_split():
    curves = TrainingCurves(100, 6.0)
    for each in (row("train", 10, 7.0), row("train", 20, 6.0), row("held-out", 20, 5.5, 0.75)):
        curves.add(each)
    training, held_out, level = curves.panels[0]["lines"]
    assert (training["x"], training["y"]) == ([10, 20], [7.0, 6.0])
    assert (held_out["x"], held_out["y"]) == ([20], [5.5])
    assert level["y"] == [6.0, 6.0]
    assert curves.panels[1]["lines"][1]["y"] == [0.75]
    assert "75% of the next sentences" in curves.sentence()
    assert curves.picture().data["by frequency"] == [6.0]


def test_the_last_guesses_stand_in_the_table():
    curves = TrainingCurves(100, 6.0)
    for step, best in ((10, ["the", "."]), (20, ["sat", "slept"])):
        curves.add(row("held-out", step), {"the cat [MASK].": best})
    assert curves.table["rows"] == [["20", "the cat [MASK].", "sat · slept"]]


def test_a_training_of_no_steps_is_refused():
    with pytest.raises(ValueError, match="choose 1 or more"):
        TrainingCurves(0, 6.0)


def test_the_front_end_never_sets_html():
    assert "innerHTML" not in FRONT_END and "insertAdjacentHTML" not in FRONT_END
