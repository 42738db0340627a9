"""Week 4, second part: the stack of blocks."""

import copy
from typing import Any

import torch
from torch import Tensor, nn

from bertcourse.blocks import EncoderStack
from bertcourse.exercises.common import (
    gradient_stopped,
    nothing_returned,
    super_init_missing,
    super_init_misspelt,
)
from bertcourse.exercises.exercise import Example, Exercise
from bertcourse.exercises.family import Family, Fault
from bertcourse.exercises.inputs import gradients, gradients_of, numbers, unchanged, yes_no
from bertcourse.exercises.probes import Probe
from bertcourse.exercises.week04_parts import (
    TAKES,
    Numbered,
    Times,
    calls,
    context_not_unpacked,
    forward_called,
    ways_called,
)

# From make_block and n to the blocks, as __init__ keeps them.
MAKES = {
    "right": lambda make, n: nn.ModuleList(make() for _ in range(n)),
    "list": lambda make, n: [make() for _ in range(n)],
    "one_object": lambda make, n: nn.ModuleList([make()] * n),
    "one_object_in_a_list": lambda make, n: [make()] * n,
    "copies_of_one": lambda make, n: _copies(make(), n),
    "copies_of_each": lambda make, n: nn.ModuleList(copy.deepcopy(make()) for _ in range(n)),
    "not_called": lambda make, n: nn.ModuleList([make] * n),
    "not_called_in_a_list": lambda make, n: [make] * n,
    "one_more": lambda make, n: nn.ModuleList(make() for _ in range(n + 1)),
    "one_less": lambda make, n: nn.ModuleList(make() for _ in range(n - 1)),
    "one": lambda make, n: nn.ModuleList([make()]),
    "twelve": lambda make, n: nn.ModuleList(make() for _ in range(12)),
    "in_forward": lambda make, n: make,
    "generator": lambda make, n: (make() for _ in range(n)),
    "sequential": lambda make, n: nn.Sequential(*(make() for _ in range(n))),
}


def _copies(block: nn.Module, n: int) -> nn.ModuleList:
    return nn.ModuleList(copy.deepcopy(block) for _ in range(n))


# One step: from the stack's input, what came so far, and what the block makes of it.
STEPS = {
    "right": lambda x, y, block: block(y),
    "same_input": lambda x, y, block: block(x),
    "residual": lambda x, y, block: y + block(y),
    "summed": lambda x, y, block: y + block(x),
    "kept": lambda x, y, block: (block(y), y)[1],
    "detached": lambda x, y, block: block(y.detach()),
}

ORDERS = {
    "right": lambda blocks: blocks,
    "reversed": lambda blocks: blocks[::-1],
    "first_only": lambda blocks: blocks[:1],
    "without_first": lambda blocks: blocks[1:],
    "without_last": lambda blocks: blocks[:-1],
    "first_for_all": lambda blocks: blocks[:1] * len(blocks),
}

CONTEXTS = {
    "right": lambda block, y, context, first: block(y, *context),
    "ignored": lambda block, y, context, first: block(y),
    "not_unpacked": lambda block, y, context, first: block(y, context),
    "first_block_only": lambda block, y, context, first: block(y, *context) if first else block(y),
}


def stack_family(
    layers: str = "right",
    make: str = "right",
    step: str = "right",
    order: str = "right",
    context: str = "right",
    takes: str = "any",
    call: str = "module",
    give: str = "right",
    gradient: bool = True,
) -> Any:
    class T(nn.Module):
        def __init__(self, make_block: Any, n: int):
            if layers != "no_super":
                super().__init__()
            if layers == "mangled":
                super().__init()
            self.n = n
            self.blocks = MAKES[make](make_block, n)

        def forward(self, x: Tensor, *given: Any) -> Any:
            if takes in TAKES:
                given = TAKES[takes](self, x, *given)
            if make == "sequential":
                return self.blocks(x, *given)
            y, all_outputs = x, []
            for number, block in enumerate(ORDERS[order](self.made())):
                module = block.forward if call == "forward" else block
                y = STEPS[step](
                    x,
                    y,
                    lambda y, m=module, k=number: CONTEXTS[context](m, y, given, k == 0),
                )
                all_outputs.append(y)
            y = y if gradient else y.detach()
            return {"right": y, "nothing": None, "all": all_outputs}[give]

        def made(self) -> list[nn.Module]:
            if make == "in_forward":
                return [self.blocks() for _ in range(self.n)]
            return list(self.blocks)

    return T


STACK_FAULTS = (
    super_init_missing(layers="no_super"),
    super_init_misspelt(layers="mangled"),
    Fault(
        "blocks_not_registered",
        "The blocks are in a plain list",
        "nn.Module does not look into a list: the blocks are neither trained nor saved, nor moved "
        "to a GPU, nor put into evaluation mode. nn.ModuleList is a list that is looked into.",
        {"make": "list"},
    ),
    Fault(
        "one_block_n_times",
        "It is one block, n times",
        "[make_block()] * n calls make_block once and repeats the object. All layers then share "
        "one set of weights: a model n times smaller. Call it for each: [make_block() for _ in "
        "range(n)].",
        {"make": "one_object"},
    ),
    Fault(
        "one_block_n_times_unregistered",
        "It is one block, n times, and in a plain list",
        "[make_block()] * n repeats one object, so that all layers share their weights; and in a "
        "plain list nobody finds even those. nn.ModuleList(make_block() for _ in range(n)).",
        {"make": "one_object_in_a_list"},
    ),
    Fault(
        "one_block_copied",
        "One block is made and copied",
        "Copies have weights of their own, but all begin as twins, and make_block is asked for "
        "one block only. Call it n times, and keep what it returns.",
        {"make": "copies_of_one"},
    ),
    Fault(
        "blocks_copied",
        "Copies of the blocks are kept",
        "Whoever passes make_block may hold on to the blocks that it made. Keep those, not copies.",
        {"make": "copies_of_each"},
    ),
    Fault(
        "make_block_not_called",
        "make_block is not called",
        "It is the function that makes a block, not a block: make_block().",
        {"make": "not_called"},
    ),
    Fault(
        "make_block_not_called_in_a_list",
        "The list holds make_block itself, not what it makes",
        "make_block is a function, and a block is what make_block() returns. Call it for each, and "
        "in an nn.ModuleList: nn.ModuleList(make_block() for _ in range(n)).",
        {"make": "not_called_in_a_list"},
    ),
    Fault(
        "one_block_too_many",
        "There is one block too many",
        "range(n) goes from 0 to n − 1, and that is n steps already.",
        {"make": "one_more"},
    ),
    Fault(
        "one_block_too_few",
        "There is one block too few",
        "range(n) goes from 0 to n − 1, which is n steps already.",
        {"make": "one_less"},
    ),
    Fault(
        "one_block_only",
        "Only one block is made",
        "n of them are wanted, each made by a call of its own.",
        {"make": "one"},
    ),
    Fault(
        "number_fixed",
        "There are always twelve blocks",
        "That is BERT-base. The constructor is told how many: n.",
        {"make": "twelve"},
    ),
    Fault(
        "blocks_made_in_forward",
        "New blocks are made at every call",
        "What they learn is gone at the next call. Make them once, in __init__.",
        {"make": "in_forward"},
    ),
    Fault(
        "blocks_used_up",
        "The blocks are in a generator, which is empty after one call",
        "(… for … in …) in round brackets can be walked through once, and nn.Module does not look "
        "into it. nn.ModuleList keeps them.",
        {"make": "generator"},
    ),
    nothing_returned(give="nothing"),
    Fault(
        "all_outputs_returned",
        "The outputs of all blocks are returned",
        "The result is what the last block gives, one tensor (B, S, D).",
        {"give": "all"},
    ),
    Fault(
        "result_not_kept",
        "What a block returns is not kept",
        "block(x) changes nothing by itself: x = block(x, *context).",
        {"step": "kept"},
    ),
    Fault(
        "same_input_for_all",
        "Every block reads the input of the stack",
        "Then only the last one counts. Each block reads what the one before returned: "
        "x = block(x, *context).",
        {"step": "same_input"},
    ),
    Fault(
        "first_block_only",
        "Only the first block is applied",
        "Does the `return` stand inside the loop? It ends the function in the first round. It "
        "belongs behind the loop, as far left as the `for`.",
        {"order": "first_only"},
    ),
    Fault(
        "first_block_for_all",
        "The first block is applied n times",
        "The others are made and never used: go through all of them.",
        {"order": "first_for_all"},
    ),
    Fault(
        "without_first_block",
        "The first block is left out",
        "All n blocks are applied, the one made first at first.",
        {"order": "without_first"},
    ),
    Fault(
        "without_last_block",
        "The last block is left out",
        "All n blocks are applied, the one made last at last.",
        {"order": "without_last"},
    ),
    Fault(
        "reversed",
        "The blocks are applied in the opposite order",
        "It would learn just as well, but weights of a published BERT would sit in the wrong "
        "layers: the block made first is applied first.",
        {"order": "reversed"},
    ),
    Fault(
        "residual_around_blocks",
        "The input of each block is added to its output",
        "The residuals are inside the block, and its last norm would be undone: x = block(x, "
        "*context).",
        {"step": "residual"},
    ),
    Fault(
        "outputs_summed",
        "The outputs of the blocks are added up",
        "Each block reads what the one before returned, and replaces it.",
        {"step": "summed"},
    ),
    Fault(
        "context_ignored",
        "The context is not handed on",
        "The mask is in it. Without it every block looks at padding: block(x, *context).",
        {"context": "ignored"},
    ),
    context_not_unpacked("block(x, *context)", context="not_unpacked"),
    Fault(
        "context_for_first_block",
        "Only the first block gets the context",
        "Padding has to be hidden in every layer: block(x, *context) for each.",
        {"context": "first_block_only"},
    ),
    Fault(
        "sequential",
        "nn.Sequential hands on one thing only",
        "Its call takes x and nothing else, so there is no way for the mask. Go through the blocks "
        "in a loop: x = block(x, *context).",
        {"make": "sequential"},
    ),
    Fault(
        "context_required",
        "The code does not work without a mask",
        "The context may be empty: forward(self, x, *context).",
        {"takes": "required"},
    ),
    Fault(
        "cut_between_blocks",
        "No gradient flows from one block to the next",
        "With detach or no_grad between them, all blocks but the last have nothing to learn from.",
        {"step": "detached"},
    ),
    gradient_stopped(gradient=False),
    forward_called("block(x, *context)", call="forward"),
    Fault(
        "one_context_only",
        "Only one piece of context gets through",
        "That is enough for BERT's mask. With *context the stack need not know what its blocks "
        "take, or whether they take anything.",
        {"takes": "one"},
    ),
)


def built(T: Any, n: int = 4, make: Any = Numbered) -> tuple[Any, list[nn.Module]]:
    """A stack in evaluation mode, and the blocks that were made for it, all different."""
    blocks: list[nn.Module] = []

    def make_block() -> nn.Module:
        blocks.append(make(len(blocks)))
        return blocks[-1]

    return T(make_block, n).eval(), blocks


def made(T: Any, n: int = 4) -> Any:
    return built(T, n)[0]


def _registered(T: Any, n: int = 4, make: Any = Numbered) -> dict[str, int]:
    stack, blocks = built(T, n, make)
    kept = set(stack.modules())
    return {
        "blocks that were made": len(blocks),
        "of these, registered": sum(block in kept for block in blocks),
        "numbers to train": sum(parameter.numel() for parameter in stack.parameters()),
    }


def _runs(T: Any) -> str:
    """The kind of result, before its values are looked at."""
    result = made(T)(numbers(2, 5, 6))
    return str(tuple(result.shape)) if isinstance(result, Tensor) else type(result).__name__


def _again(T: Any) -> dict[str, Tensor]:
    stack = made(T)
    return {
        "masked": stack(numbers(2, 5, 6), yes_no(2, 5)),
        "again": stack(numbers(2, 5, 6)),
        "longer": stack(numbers(1, 7, 6)),
    }


def _gradients(T: Any) -> dict[str, Any]:
    stack, blocks = built(T)
    x = numbers(2, 5, 6).requires_grad_()
    weights = {f"block {k}": block.linear.weight for k, block in enumerate(blocks)}
    return gradients(stack(x, yes_no(2, 5)), x=x, **weights)


def _hooks(T: Any) -> Any:
    stack, blocks = built(T)
    return ways_called(_by_number(blocks), lambda: stack(numbers(2, 5, 6)))


def _by_number(blocks: list[nn.Module]) -> dict[str, nn.Module]:
    return {f"block {k}": block for k, block in enumerate(blocks)}


class _TakesNothing(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x.flip(1) + 1


def _contexts(T: Any) -> dict[str, Tensor]:
    two = made(T)(numbers(2, 5, 6), yes_no(2, 5), 0.5)
    return {"two": two, "none": T(_TakesNothing, 3)(numbers(2, 5, 6))}


def _modes(T: Any) -> dict[str, bool]:
    stack, blocks = built(T)
    evaluated = any(block.training for block in blocks)
    stack.train()
    trained = all(block.training for block in blocks)
    return {"a block is in training mode after eval()": evaluated, "after train() all are": trained}


def _simple(number: int) -> nn.Module:
    """A block that a person can follow: 2x + 1, 3x + 1, and so on, and the mask is added."""
    return Times(number + 2.0, 1.0)


def _example(T: Any, n: int, x: Tensor, mask: Tensor | None = None, **_: str) -> Any:
    stack, _blocks = built(T, n, _simple)
    return stack(x) if mask is None else stack(x, mask)


def _small(**more: Any) -> dict[str, Any]:
    return {"blocks": "2x + 1, 3x + 1, 4x + 1, …", "n": 2, "x": torch.tensor([[[1.0]]]), **more}


def _masked() -> dict[str, Any]:
    blocks = "2x + 1 + mask, 3x + 1 + mask, …"
    x, mask = torch.tensor([[[1.0], [1.0]]]), torch.tensor([[1, 0]])
    return _small(blocks=blocks, x=x, mask=mask)


def _gradients_by_hand(T: Any, n: int, x: Tensor, **_: str) -> dict[str, Any]:
    stack, blocks = built(T, n, _simple)
    factors = {f"the {block.factor.item():.0f}": block.factor for block in blocks}
    return gradients_of(stack(x.requires_grad_()).sum(), x=x, **factors)


def _hooks_by_hand(T: Any, n: int, x: Tensor, **_: str) -> dict[str, int]:
    stack, blocks = built(T, n, _simple)
    return calls(_by_number(blocks), lambda: stack(x))


ENCODER_STACK = Exercise(
    id="encoder_stack",
    week=4,
    title="The stack",
    difficulty=1,
    minutes=8,
    hints=(
        "Two parts: __init__ makes n blocks and keeps them where nn.Module can see them; forward "
        "sends x through them, one after the other.",
        "make_block() makes one new block at every call. nn.ModuleList is the list that nn.Module "
        "looks into. In the loop x is replaced by what the block returns.",
        "`self.blocks = nn.ModuleList(make_block() for _ in range(n))`, and in forward "
        "`for block in self.blocks: x = block(x, *context)`, then `return x`",
    ),
    reference=EncoderStack,
    family=Family(stack_family, STACK_FAULTS),
    probes=(
        Probe("blocks", "in the blocks it has", _registered),
        Probe("runs", "on a first call, without a mask", _runs),
        Probe("values", "with four blocks", lambda T: made(T)(numbers(2, 5, 6))),
        Probe(
            "sizes",
            "with one block, and with seven",
            lambda T: (made(T, 1)(numbers(2, 5, 6)), made(T, 7)(numbers(1, 3, 6))),
        ),
        Probe("mask", "when a mask is passed", lambda T: made(T)(numbers(2, 5, 6), yes_no(2, 5))),
        Probe("calls", "when it is called again", _again),
        Probe("modes", "in training and evaluation mode", _modes),
        Probe("gradients", "in the gradients", _gradients),
        Probe("hooks", "in how the blocks are called", _hooks),
        Probe(
            "double",
            "in double precision",
            lambda T: made(T).double()(numbers(2, 5, 6, dtype=torch.float64)),
            1e-6,
        ),
        Probe(
            "unchanged",
            "in what it leaves behind",
            lambda T: unchanged(made(T), x=numbers(2, 5, 6), mask=yes_no(2, 5)),
        ),
        Probe("contexts", "with blocks that take other context", _contexts, advice=True),
    ),
    examples=(
        Example(
            lambda: {
                "blocks": "with two numbers to train in each",
                "n": 3,
                "asked": "what there is after __init__",
            },
            lambda T, n, **_: _registered(T, n, lambda number: Numbered(number, 1)),
        ),
        Example(_small, _example),
        Example(lambda: _small(n=3), _example),
        Example(_masked, _example),
        Example(
            lambda: _small(asked="the gradients of the result, for x, the 2 and the 3"),
            _gradients_by_hand,
        ),
        Example(lambda: _small(asked="how many hooks on each block run"), _hooks_by_hand),
    ),
)
