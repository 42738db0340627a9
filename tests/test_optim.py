"""bertcourse.optim against PyTorch's AdamW, and against the formula of google-research/bert."""

import io
import itertools
import math

import pytest
import torch
from torch import nn

from bertcourse.optim import (
    AdamW,
    ScheduledOptim,
    adamw_step,
    decay_groups,
    linear_warmup,
    parameter_groups,
)

BETAS = (0.9, 0.999)


def random(*shape, seed=0, dtype=torch.float32):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed)).to(dtype)


def parameters(dtype=torch.float32, seed=0):
    """A matrix, a vector and a scalar, as leaves of their own."""
    shapes = [(5, 4), (6,), ()]
    return [random(*s, seed=seed + i, dtype=dtype).requires_grad_() for i, s in enumerate(shapes)]


def set_gradients(params, step):
    """Gradients that change in size from step to step by a factor of up to 10 000."""
    for i, param in enumerate(params):
        scale = 10 ** (2 * math.sin(step + i))
        param.grad = scale * random(*param.shape, seed=10 * step + i, dtype=param.dtype)


# --- one step


@pytest.mark.parametrize("weight_decay", [0.0, 0.01, 0.3])
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 1e-6), (torch.float64, 1e-13)])
def test_agrees_with_pytorch_over_1000_steps(dtype, tolerance, weight_decay):
    ours, theirs = parameters(dtype), parameters(dtype)
    settings = dict(lr=1e-3, betas=BETAS, eps=1e-8, weight_decay=weight_decay)
    mine, reference = AdamW(ours, **settings), torch.optim.AdamW(theirs, **settings)
    for step in range(1000):
        set_gradients(ours, step)
        set_gradients(theirs, step)
        mine.step()
        reference.step()
    for a, b, start in zip(ours, theirs, parameters(dtype), strict=True):
        torch.testing.assert_close(a, b, atol=tolerance, rtol=tolerance)
        assert (a - start).abs().max() > 1e-3


@pytest.mark.parametrize("weight_decay", [0.0, 0.01])
def test_without_bias_correction_it_is_the_optimizer_of_google_research_bert(weight_decay):
    param, state = random(5, 4, dtype=torch.float64), {}
    expected = param.clone()
    mean = torch.zeros_like(param)
    square = torch.zeros_like(param)
    for step in range(1000):
        grad = 10 ** (2 * math.sin(step)) * random(5, 4, seed=step, dtype=torch.float64)
        lr = 1e-3 * min(1.0, step / 100)
        adamw_step(param, grad, state, lr, BETAS, 1e-6, weight_decay, correct_bias=False)
        mean = 0.9 * mean + (1.0 - 0.9) * grad
        square = 0.999 * square + (1.0 - 0.999) * grad**2
        update = mean / (square**0.5 + 1e-6) + weight_decay * expected
        expected = expected - lr * update
    torch.testing.assert_close(param, expected, atol=1e-13, rtol=1e-13)


def test_the_first_step_is_the_rate_times_the_sign_whatever_the_gradients_size():
    for scale in (1e-3, 1.0, 1e3):
        param = torch.zeros(4, dtype=torch.float64)
        grad = scale * torch.tensor([1.0, -2.0, 3.0, -4.0], dtype=torch.float64)
        adamw_step(param, grad, {}, 0.1, BETAS, 1e-12, 0.0)
        torch.testing.assert_close(param, -0.1 * grad.sign(), atol=1e-8, rtol=0)


def test_without_bias_correction_early_steps_are_up_to_6_6_times_as_long():
    param, state, lengths = torch.zeros((), dtype=torch.float64), {}, []
    for _ in range(100):
        before = param.clone()
        adamw_step(param, torch.ones_like(param), state, 1.0, BETAS, 0.0, 0.0, correct_bias=False)
        lengths.append((before - param).item())
    assert lengths[0] == pytest.approx(0.1 / math.sqrt(0.001))
    assert max(lengths) == pytest.approx(6.6, abs=0.05)


def test_epsilon_stands_outside_the_root():
    param = torch.zeros(1, dtype=torch.float64)
    adamw_step(param, torch.tensor([1e-3], dtype=torch.float64), {}, 1.0, BETAS, 1e-2, 0.0)
    assert param.item() == pytest.approx(-1e-3 / (1e-3 + 1e-2))


def test_a_step_works_in_place_keeps_its_state_and_leaves_the_gradient_alone():
    param, grad, state = random(3, 2).requires_grad_(), random(3, 2, seed=1), {}
    memory, before = param.data_ptr(), grad.clone()
    for step in range(1, 4):
        assert adamw_step(param, grad, state, 0.1, BETAS, 1e-8, 0.01) is None
        assert state["step"] == step
    assert param.data_ptr() == memory
    assert param.is_leaf
    assert param.requires_grad
    assert torch.equal(grad, before)
    assert set(state) == {"step", "exp_avg", "exp_avg_sq"}
    torch.testing.assert_close(state["exp_avg"], (1 - 0.9**3) * grad)
    torch.testing.assert_close(state["exp_avg_sq"], (1 - 0.999**3) * grad**2)
    assert not state["exp_avg"].requires_grad


def test_a_step_works_on_a_view_that_is_not_contiguous():
    whole, state = random(4, 6), {}
    untouched = whole[:, 1::2].clone()
    expected = whole[:, ::2].clone()
    adamw_step(whole[:, ::2], random(4, 3, seed=1), state, 0.1, BETAS, 1e-8, 0.01)
    adamw_step(expected, random(4, 3, seed=1), {}, 0.1, BETAS, 1e-8, 0.01)
    torch.testing.assert_close(whole[:, ::2], expected)
    assert torch.equal(whole[:, 1::2], untouched)


def test_a_step_refuses_a_gradient_of_another_shape():
    with pytest.raises(ValueError, match=r"gradient of shape \(3,\) .* of shape \(2, 3\)"):
        adamw_step(torch.zeros(2, 3), torch.zeros(3), {}, 0.1, BETAS, 1e-8, 0.0)


# --- decay


def decayed(scale, weight_decay):
    """A weight after 50 steps with gradients of a given size, and without any decay."""
    with_decay, without = torch.full((1,), 2.0).double(), torch.full((1,), 2.0).double()
    states = {}, {}
    for step in range(50):
        grad = scale * random(1, seed=step, dtype=torch.float64)
        adamw_step(with_decay, grad, states[0], 1e-2, BETAS, 1e-30, weight_decay)
        adamw_step(without, grad, states[1], 1e-2, BETAS, 1e-30, 0.0)
    return with_decay.item(), without.item()


def test_decay_does_not_depend_on_the_size_of_the_gradient():
    small, large = decayed(1e-4, 0.5), decayed(1e4, 0.5)
    assert small == pytest.approx(large, rel=1e-9)
    assert small[0] < 0.85 * small[1]


def test_study_note_decay_is_decoupled_where_adam_adds_it_to_the_gradient():
    def shrunk(make, scale):
        param = nn.Parameter(torch.full((1,), 2.0).double())
        optimizer = make([param], lr=1e-2, betas=BETAS, eps=1e-12, weight_decay=0.5)
        for step in range(50):
            param.grad = scale * random(1, seed=step, dtype=torch.float64)
            optimizer.step()
        return param.item()

    assert shrunk(AdamW, 1e-4) == pytest.approx(shrunk(AdamW, 1e4), rel=1e-6)
    assert abs(shrunk(torch.optim.Adam, 1e-4) - shrunk(torch.optim.Adam, 1e4)) > 0.1
    assert abs(shrunk(AdamW, 1e4) - shrunk(torch.optim.Adam, 1e4)) > 0.1


def test_with_gradients_of_zero_a_weight_only_decays_geometrically():
    param, state = torch.full((3,), 2.0, dtype=torch.float64), {}
    for _ in range(10):
        adamw_step(param, torch.zeros_like(param), state, 0.1, BETAS, 1e-8, 0.2)
    torch.testing.assert_close(param, torch.full_like(param, 2.0 * (1 - 0.02) ** 10))


# --- the optimizer


def test_groups_have_settings_of_their_own():
    params = parameters(torch.float64)
    expected = [param.detach().clone() for param in params]
    optimizer = AdamW(
        [
            {"params": params[:1], "weight_decay": 0.3, "eps": 1e-4},
            {"params": params[1:2], "lr": 0.5, "betas": (0.5, 0.6)},
            {"params": params[2:], "correct_bias": False},
        ],
        lr=0.1,
        weight_decay=0.0,
    )
    set_gradients(params, 0)
    optimizer.step()
    adamw_step(expected[0], params[0].grad, {}, 0.1, BETAS, 1e-4, 0.3)
    adamw_step(expected[1], params[1].grad, {}, 0.5, (0.5, 0.6), 1e-8, 0.0)
    adamw_step(expected[2], params[2].grad, {}, 0.1, BETAS, 1e-8, 0.0, False)
    assert all(torch.equal(a, b) for a, b in zip(params, expected, strict=True))


def test_a_parameter_without_a_gradient_neither_moves_nor_decays():
    params = parameters()
    before = params[1].detach().clone()
    optimizer = AdamW(params, lr=0.1, weight_decay=0.5)
    set_gradients(params, 0)
    params[1].grad = None
    optimizer.step()
    assert torch.equal(params[1], before)
    assert params[1] not in optimizer.state
    assert not torch.equal(params[0], parameters()[0])


def test_a_closure_is_called_with_gradients_on_and_its_loss_returned():
    weight = nn.Parameter(torch.tensor(3.0))
    optimizer = AdamW([weight], lr=0.1)

    def closure():
        optimizer.zero_grad()
        loss = weight**2
        loss.backward()
        return loss

    with torch.no_grad():
        assert optimizer.step(closure).item() == 9.0
    assert weight.item() < 3.0
    assert optimizer.step() is None


def test_a_saved_run_goes_on_exactly():
    straight, resumed = parameters(), parameters()
    first, before = AdamW(straight, lr=0.01), AdamW(resumed, lr=0.01)
    for step in range(20):
        if step == 7:
            file = io.BytesIO()
            torch.save(before.state_dict(), file)
            file.seek(0)
            before = AdamW(resumed, lr=0.9)
            before.load_state_dict(torch.load(file, weights_only=True))
        for params, optimizer in ((straight, first), (resumed, before)):
            set_gradients(params, step)
            optimizer.step()
    assert all(torch.equal(a, b) for a, b in zip(straight, resumed, strict=True))


def test_it_goes_on_from_a_state_of_pytorchs_own():
    ours, theirs = nn.Parameter(torch.ones(3)), nn.Parameter(torch.ones(3))
    before = torch.optim.AdamW([theirs], lr=0.1)
    theirs.grad = torch.tensor([1.0, -2.0, 3.0])
    before.step()
    after = AdamW([ours])
    after.load_state_dict(before.state_dict())
    with torch.no_grad():
        ours.copy_(theirs)
    ours.grad = theirs.grad
    before.step()
    after.step()
    torch.testing.assert_close(ours, theirs)


def test_a_sparse_gradient_is_refused():
    table = nn.Embedding(5, 3, sparse=True)
    table(torch.tensor([1, 2])).sum().backward()
    with pytest.raises(ValueError, match="sparse=False"):
        AdamW(table.parameters()).step()


def test_a_complex_gradient_is_refused():
    weight = nn.Parameter(torch.ones(2, dtype=torch.complex64))
    weight.grad = torch.ones_like(weight)
    with pytest.raises(ValueError, match="complex"):
        AdamW([weight]).step()


@pytest.mark.parametrize(
    ("setting", "problem"),
    [
        ({"lr": -0.1}, "lr=-0.1"),
        ({"lr": math.nan}, "lr=nan"),
        ({"lr": math.inf}, "lr=inf"),
        ({"eps": -1e-8}, "eps=-1e-08"),
        ({"weight_decay": -0.01}, "weight_decay=-0.01"),
        ({"betas": (1.0, 0.9)}, r"betas=\(1.0, 0.9\)"),
        ({"betas": (0.9, -0.1)}, r"betas=\(0.9, -0.1\)"),
        ({"betas": (0.9,)}, r"betas=\(0.9,\)"),
    ],
)
def test_settings_out_of_range_are_refused_for_all_and_in_a_group(setting, problem):
    with pytest.raises(ValueError, match=problem):
        AdamW(parameters(), **setting)
    with pytest.raises(ValueError, match=problem):
        AdamW([{"params": parameters(), **setting}])
    optimizer = AdamW(parameters())
    with pytest.raises(ValueError, match=problem):
        optimizer.add_param_group({"params": parameters(), **setting})
    assert len(optimizer.param_groups) == 1


# --- the schedule


def test_the_rate_rises_to_the_peak_and_falls_to_zero_in_two_lines():
    rates = [linear_warmup(step, 1e-4, 10, 50) for step in range(60)]
    assert rates[0] == 0
    assert rates[10] == 1e-4 == max(rates)
    assert rates[50:] == [0.0] * 10
    assert rates[5] == pytest.approx(0.5e-4)
    assert rates[30] == pytest.approx(0.5e-4)
    changes = [b - a for a, b in itertools.pairwise(rates[:51])]
    assert changes == pytest.approx([1e-5] * 10 + [-2.5e-6] * 40)


@pytest.mark.parametrize("total", [1, 2, 3, 7, 100, 1_000_003])
def test_the_rate_is_never_negative_and_meets_its_corners_exactly(total):
    for warmup in {0, 1, total // 3, total - 1, total}:
        corners = {0, 1, warmup - 1, warmup, warmup + 1, total - 1, total, total + 1, 10 * total}
        for step in (corner for corner in corners if corner >= 0):
            rate = linear_warmup(step, 3e-4, warmup, total)
            assert isinstance(rate, float)
            assert 0 <= rate <= 3e-4
            assert (rate == 0) == (step >= total or step == 0 < warmup)
        if warmup < total:
            assert linear_warmup(warmup, 3e-4, warmup, total) == 3e-4


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ((-1, 1e-4, 0, 10), "step=-1"),
        ((0, -1e-4, 0, 10), "peak=-0.0001"),
        ((0, math.nan, 0, 10), "peak=nan"),
        ((0, 1e-4, 0, 0), "total=0"),
        ((0, 1e-4, 11, 10), "warmup=11 with total=10"),
        ((0, 1e-4, -1, 10), "warmup=-1"),
        ((0, 1e-4, 0.1, 10), "warmup=0.1 .* not a share"),
    ],
)
def test_numbers_that_make_no_schedule_are_refused(arguments, problem):
    with pytest.raises(ValueError, match=problem):
        linear_warmup(*arguments)


# --- which weights decay


class N(nn.Module):
    """A norm whose class does not say so."""

    def __init__(self, d):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(d))
        self.bias = nn.Parameter(torch.zeros(d))


class Scaling(nn.LayerNorm):
    """A norm by descent alone."""


class MyLayerNorm(nn.Module):
    """A norm with the parameter names of old checkpoints."""

    def __init__(self, d):
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(d))
        self.beta = nn.Parameter(torch.zeros(d))


class Small(nn.Module):
    def __init__(self):
        super().__init__()
        self.word = nn.Embedding(7, 4)
        self.ln_1 = nn.LayerNorm(4)
        self.ln_2 = Scaling(4)
        self.first = MyLayerNorm(4)
        self.prenorm = nn.ModuleDict({"dense": nn.Linear(4, 4), "out": Scaling(4)})
        self.attention_norm = N(4)
        self.layers = nn.ModuleList([nn.Linear(4, 4), nn.LayerNorm(4)])
        self.rnn = nn.GRU(4, 4)
        self.decoder = nn.Linear(4, 7)
        self.decoder.weight = self.word.weight
        self.scale = nn.Parameter(torch.ones(4))
        self.bias = nn.Parameter(torch.zeros(7))


def test_weights_decay_but_biases_and_norms_of_every_name_do_not():
    assert decay_groups(Small(), 0.01) == {
        "word.weight",
        "prenorm.dense.weight",  # in a block with "norm" in its name, but not itself a norm
        "layers.0.weight",
        "rnn.weight_ih_l0",
        "rnn.weight_hh_l0",
        "scale",
    }


@pytest.mark.parametrize("norm", [nn.LayerNorm(4), nn.Sequential(nn.GroupNorm(2, 4)), N(4)])
def test_a_model_that_is_hardly_more_than_a_norm_is_looked_at_likewise(norm):
    expected = {"weight"} if isinstance(norm, N) else set()  # nothing there says that it is a norm
    assert decay_groups(norm, 0.01) == expected


def test_with_a_decay_of_zero_nothing_decays():
    assert decay_groups(Small(), 0.0) == set()
    groups = parameter_groups(Small(), 0.0)
    assert [len(group["params"]) for group in groups] == [0, len(list(Small().parameters()))]


def test_a_negative_decay_is_refused():
    for function in (decay_groups, parameter_groups):
        with pytest.raises(ValueError, match="weight_decay=-1"):
            function(Small(), -1)


def test_the_two_groups_hold_every_parameter_once_in_a_fixed_order():
    model = Small()
    first, second = parameter_groups(model, 0.3)
    names = {id(param): name for name, param in model.named_parameters()}
    held = [id(param) for param in first["params"] + second["params"]]
    assert sorted(held) == sorted(names)
    assert {names[id(param)] for param in first["params"]} == decay_groups(model, 0.3)
    assert [names[id(p)] for p in first["params"]] == [
        name for name, _ in model.named_parameters() if name in decay_groups(model, 0.3)
    ]
    assert (first["weight_decay"], second["weight_decay"]) == (0.3, 0.0)


def test_study_note_biases_and_norms_are_not_pulled_towards_zero():
    model = nn.Sequential(nn.Linear(4, 4), nn.LayerNorm(4))
    optimizer = AdamW(parameter_groups(model, 0.5), lr=0.1)
    before = {name: p.detach().clone() for name, p in model.named_parameters()}
    for param in model.parameters():
        param.grad = torch.zeros_like(param)
    optimizer.step()
    for name, param in model.named_parameters():
        factor = 0.95 if name == "0.weight" else 1.0
        torch.testing.assert_close(param.detach(), factor * before[name])


# --- the scheduled optimizer


def scheduled(params, lr=0.5, peak=0.01, warmup=4, total=20):
    return ScheduledOptim(AdamW(params, lr=lr), peak, warmup, total)


def test_every_update_is_made_at_the_rate_of_its_step():
    params, expected = parameters(), [p.detach().clone() for p in parameters()]
    optimizer, states = scheduled(params), [{}, {}, {}]
    for step in range(25):
        rate = linear_warmup(step, 0.01, 4, 20)
        assert optimizer.lr == rate
        set_gradients(params, step)
        optimizer.step()
        assert optimizer.optimizer.param_groups[0]["lr"] == rate
        for param, theirs, state in zip(params, expected, states, strict=True):
            adamw_step(theirs, param.grad, state, rate, BETAS, 1e-8, 0.01)
    assert all(torch.equal(a, b) for a, b in zip(params, expected, strict=True))


def test_the_first_update_moves_nothing_but_is_remembered():
    params = parameters()
    optimizer = scheduled(params)
    set_gradients(params, 0)
    optimizer.step()
    assert all(torch.equal(a, b) for a, b in zip(params, parameters(), strict=True))
    assert all(optimizer.optimizer.state[param]["exp_avg"].any() for param in params)
    set_gradients(params, 1)
    optimizer.step()
    assert not any(torch.equal(a, b) for a, b in zip(params, parameters(), strict=True))


def test_without_a_warmup_the_first_update_is_made_at_the_peak():
    optimizer = scheduled(parameters(), warmup=0)
    assert optimizer.lr == optimizer.optimizer.param_groups[0]["lr"] == 0.01


def test_study_note_the_peak_is_what_was_asked_for_not_a_matter_of_width():
    for d_model in (16, 768):
        model = nn.Linear(d_model, 2)
        optimizer = ScheduledOptim(AdamW(model.parameters(), lr=1e-4), 1e-4, 10, 100)
        rates = []
        for _ in range(101):
            optimizer.step()
            rates.append(optimizer.optimizer.param_groups[0]["lr"])
        assert max(rates) == rates[10] == 1e-4
        assert rates[100] == 0.0


def test_groups_keep_the_ratio_of_their_rates_even_one_that_joins_later():
    params = parameters()
    optimizer = ScheduledOptim(
        AdamW([{"params": params[:1]}, {"params": params[1:2], "lr": 2e-5}], lr=1e-3), 0.5, 4, 20
    )
    for step in range(20):
        if step == 8:
            optimizer.optimizer.add_param_group({"params": params[2:], "lr": 5e-4})
        optimizer.step()
        rates = [group["lr"] for group in optimizer.optimizer.param_groups]
        rate = linear_warmup(step, 0.5, 4, 20)
        assert rates == pytest.approx([rate, rate / 50, rate / 2][: len(rates)], rel=1e-12)


@pytest.mark.parametrize("stop", [0, 1, 3, 4, 11, 19, 20])
def test_a_saved_schedule_goes_on_exactly_wherever_it_stopped(stop):
    def run(params, optimizer, steps):
        for step in steps:
            set_gradients(params, step)
            optimizer.step()

    def make(params, lr, small):
        groups = [{"params": params[:2]}, {"params": params[2:], "lr": small}]
        return AdamW(groups, lr=lr)

    straight, resumed = parameters(), parameters()
    run(straight, ScheduledOptim(make(straight, 0.1, 0.02), 0.01, 4, 20), range(22))
    before = ScheduledOptim(make(resumed, 0.1, 0.02), 0.01, 4, 20)
    run(resumed, before, range(stop))
    file = io.BytesIO()
    torch.save(before.state_dict(), file)
    file.seek(0)
    after = ScheduledOptim(make(resumed, 1.0, 1.0), 1.0, 0, 5)
    after.load_state_dict(torch.load(file, weights_only=True))
    assert after.lr == before.lr
    run(resumed, after, range(stop, 22))
    assert all(torch.equal(a, b) for a, b in zip(straight, resumed, strict=True))


def test_a_state_of_something_else_is_refused():
    optimizer = scheduled(parameters())
    with pytest.raises(ValueError, match="lacks n_updates, optimizer, peak, total, warmup"):
        optimizer.load_state_dict(optimizer.optimizer.state_dict())


def test_it_steers_any_optimizer_hands_on_a_closure_and_clears_gradients():
    weight = nn.Parameter(torch.tensor(3.0))
    optimizer = ScheduledOptim(torch.optim.SGD([weight], lr=1.0), 0.1, 0, 10)

    def closure():
        optimizer.zero_grad()
        loss = weight**2
        loss.backward()
        return loss

    assert optimizer.step(closure).item() == 9.0
    assert weight.item() == pytest.approx(3.0 - 0.1 * 6.0)
    optimizer.zero_grad(set_to_none=False)
    assert weight.grad.item() == 0.0
    optimizer.zero_grad()
    assert weight.grad is None


def test_a_schedule_that_cannot_be_is_refused_at_once():
    with pytest.raises(ValueError, match="warmup=30 with total=20"):
        scheduled(parameters(), warmup=30)
    with pytest.raises(ValueError, match="every group has lr=0"):
        scheduled(parameters(), lr=0.0)


def test_study_note_a_spike_in_one_batch_does_not_throw_the_weights_off():
    def run(max_norm):
        weight = nn.Parameter(torch.zeros(8, dtype=torch.float64))
        optimizer = AdamW([weight], lr=0.01, weight_decay=0.0)
        for step in range(200):
            weight.grad = weight.detach() - 1.0 + 0.1 * random(8, seed=step, dtype=torch.float64)
            if step == 100:
                weight.grad += 1e4
            if max_norm is not None:
                nn.utils.clip_grad_norm_([weight], max_norm)
            optimizer.step()
        return (weight.detach() - 1.0).abs().max().item()

    assert run(1.0) < 0.2  # as google-research/bert clips
    assert run(None) > 2 * run(1.0)
