"""The fault families: every fault is caught and named, alone and in company."""

import random
from itertools import combinations

import pytest

from bertcourse.exercises import EXERCISES
from bertcourse.exercises.guard import Sandbox
from bertcourse.exercises.probes import agree, observe

FAULTS = [
    pytest.param(exercise, index, id=f"{exercise.id}-{fault.id}")
    for exercise in EXERCISES.values()
    for index, fault in enumerate(exercise.family.faults)
]
MAIN = ("scaled_dot_product_attention", "multi_head_attention")


def named(report):
    return [mistake.id for mistake in (*report.mistakes, *report.advice)]


def observations(exercise, candidate):
    with Sandbox(60) as sandbox:
        probes = exercise.probes
        runs = [sandbox.run(lambda p=p: observe(lambda: p.experiment(candidate))) for p in probes]
    return [run.value for run in runs]


def alike(exercise, one, other):
    return all(
        agree(a, b, probe.tolerance)
        for a, b, probe in zip(one, other, exercise.probes, strict=True)
    )


@pytest.mark.parametrize(("exercise", "index"), FAULTS)
def test_a_single_fault_is_caught_and_named(exercise, index):
    fault = exercise.family.faults[index]
    report = exercise.check(exercise.family.member((index,)))
    assert named(report) == [fault.id]
    if report.mistakes:
        assert report.outcome == "incorrect"
        assert report.evidence
    else:
        assert report.outcome == "correct"


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=list(EXERCISES))
def test_the_family_without_faults_does_what_the_reference_does(exercise):
    right = observations(exercise, exercise.family.build())
    assert not any(seen.error for seen in right)
    assert alike(exercise, right, observations(exercise, exercise.reference))


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=list(EXERCISES))
def test_no_two_faults_look_the_same_to_all_probes(exercise):
    seen = {
        fault.id: observations(exercise, exercise.family.member((index,)))
        for index, fault in enumerate(exercise.family.faults)
    }
    twins = [pair for pair in combinations(seen, 2) if alike(exercise, *(seen[i] for i in pair))]
    assert twins == []


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=list(EXERCISES))
def test_ids_are_unique_and_every_fault_says_what_and_why(exercise):
    faults = exercise.family.faults
    assert (
        len({fault.id for fault in faults}) == len({fault.name for fault in faults}) == len(faults)
    )
    for fault in faults:
        assert fault.name[-1] not in ".!", "it stands in a headline"
        assert fault.explanation.endswith((".", ".)"))
        assert 30 < len(fault.explanation) < 300


def test_the_main_exercises_know_as_many_faults_as_promised():
    counts = {name: len(EXERCISES[name].family.faults) for name in MAIN}
    assert counts["scaled_dot_product_attention"] >= 30
    assert counts["multi_head_attention"] >= 20


@pytest.mark.parametrize("name", MAIN)
def test_two_faults_at_once_are_both_named_wherever_both_show(name):
    """On pairs drawn with a fixed seed; a fault that the other one hides cannot be named.

    Those that are no more than fragile wait until nothing is wrong.
    """
    exercise = EXERCISES[name]
    family = exercise.family
    wrong = [
        index
        for index in range(len(family.faults))
        if exercise.check(family.member((index,))).outcome == "incorrect"
    ]
    pairs = list(filter(family.can_combine, combinations(wrong, 2)))
    alone = {}
    both_show, both_named = 0, 0
    for pair in random.Random(7).sample(pairs, 40):
        for index in pair:
            if index not in alone:
                alone[index] = observations(exercise, family.member((index,)))
        together = observations(exercise, family.member(pair))
        if any(alike(exercise, together, alone[index]) for index in pair):
            continue
        both_show += 1
        report = exercise.check(family.member(pair))
        assert report.outcome == "incorrect"
        both_named += set(named(report)) == {family.faults[index].id for index in pair}
    assert both_show >= 15
    assert both_named >= 0.85 * both_show


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=list(EXERCISES))
def test_combinable_faults_never_share_a_knob(exercise):
    family = exercise.family
    for pair in combinations(range(len(family.faults)), 2):
        knobs = [set(family.faults[index].settings) for index in pair]
        assert family.can_combine(pair) == knobs[0].isdisjoint(knobs[1])
