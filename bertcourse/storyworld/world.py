"""What is the case in a story: who is where, who has what, how things are.

The world is a handful of relations, each giving a subject one value at a time:

    place      a person, an animal or a thing lying somewhere → the place
    holder     a thing that somebody has → the person
    feeling    a person → happy, sad, …
    condition  a thing or an animal → broken, mended, lost, …
    colour     a thing → red, …
    town, age, job   a person → where they live, how old they are, what they do
    kin        a person → what they are to the one that the story is about: sister, friend, …

Plots change it by actions, and an action that cannot happen (giving away what one does not have,
being handed something across town) is an error in the plot, so it raises. Every action is logged
with the sentence that tells of it: the log and the state after it are a story's ground truth.
"""

from typing import NamedTuple

from bertcourse.storyworld.grammar import Entity

RELATIONS = ("place", "holder", "feeling", "condition", "colour", "town", "age", "job", "kin")


class Event(NamedTuple):
    """Something that happened, told by sentence number `sentence` (−1: it was so from the start).

    `action` is start (is at a place, or has a thing, from the start), move (to a place), take, put
    (a thing at a place), give (a thing to somebody), lose (a thing, at a place), use_up (a thing,
    for good), or a relation that gets a value: feeling, condition, colour, town, age, job,
    kin.
    """

    sentence: int
    action: str
    who: str
    what: str
    target: str


class World:
    """The state of one story, changed by its actions; what stands where is checked as they happen.

    State that was set up but never told (where somebody starts, say) is not in `told`.
    """

    def __init__(self) -> None:
        self.state: dict[tuple[str, str], str] = {}
        self.told: set[tuple[str, str]] = set()
        self.events: list[Event] = []
        self.sentence = -1  # the sentence being told

    def start(self, who: Entity, place: Entity, told: bool = False) -> None:
        """Somebody, or a thing that lies somewhere, is at a place from the start."""
        for each in who.members or (who,):
            self._log("start", each.key, "", place.key)
            self._set("place", each.key, place.key, told)

    def own(self, who: Entity, thing: Entity, told: bool = False) -> None:
        """Somebody has a thing from the start."""
        self._log("start", who.key, thing.key, "")
        self._set("holder", thing.key, who.key, told)

    def spot(self, spot: Entity, place: Entity) -> None:
        """A spot (a drawer) is inside a place (the kitchen)."""
        self.start(spot, place)

    def move(self, who: Entity, place: Entity) -> None:
        """Somebody goes to a place; what they hold goes with them."""
        for each in who.members or (who,):
            self._log("move", each.key, "", place.key)
            self._set("place", each.key, place.key)

    def take(self, who: Entity, thing: Entity) -> None:
        """Somebody takes a thing that lies where they are."""
        at = self.state.get(("place", thing.key))
        self._require(at is not None, f"{thing.key} lies nowhere")
        self._require(self._here(who, at), f"{who.key} is not where {thing.key} is, {at}")
        self._log("take", who.key, thing.key, "")
        del self.state["place", thing.key]
        self._set("holder", thing.key, who.key)

    def put(self, who: Entity, thing: Entity, place: Entity) -> None:
        """Somebody puts a thing that they have somewhere where they are."""
        self._require_has(who, thing)
        self._require(self._here(who, place.key), f"{who.key} is not at {place.key}")
        self._log("put", who.key, thing.key, place.key)
        del self.state["holder", thing.key]
        self._set("place", thing.key, place.key)

    def lose(self, who: Entity, thing: Entity, place: Entity) -> None:
        """Somebody loses a thing, which then lies at a place that the story does not tell yet."""
        self._require_has(who, thing)
        self._log("lose", who.key, thing.key, place.key)
        del self.state["holder", thing.key]
        self._set("place", thing.key, place.key, told=False)

    def give(self, who: Entity, thing: Entity, to: Entity) -> None:
        """Somebody hands a thing to somebody at the same place."""
        self._require_has(who, thing)
        here, there = self.state.get(("place", who.key)), self.state.get(("place", to.key))
        self._require(here == there, f"{who.key} is at {here}, {to.key} at {there}")
        self._log("give", who.key, thing.key, to.key)
        self._set("holder", thing.key, to.key)

    def use_up(self, who: Entity, thing: Entity) -> None:
        """Somebody eats, or otherwise uses up, a thing that they have."""
        self._require_has(who, thing)
        self._log("use_up", who.key, thing.key, "")
        for relation in RELATIONS:
            self.state.pop((relation, thing.key), None)

    def forget(self, relation: str, thing: Entity) -> None:
        """From here on the story leaves open what is the case."""
        self.told.discard((relation, thing.key))

    def becomes(self, relation: str, who: Entity, value: str) -> None:
        """A feeling, a condition or a colour gets a value."""
        for each in who.members or (who,):
            self._log(relation, each.key, "", value)
            self._set(relation, each.key, value)

    def _here(self, who: Entity, place: str) -> bool:
        here = self.state.get(("place", who.key))
        return here is not None and here in (place, self.state.get(("place", place)))

    def _set(self, relation: str, subject: str, value: str, told: bool = True) -> None:
        self.state[relation, subject] = value
        if told:
            self.told.add((relation, subject))
        else:
            self.told.discard((relation, subject))

    def _log(self, action: str, who: str, what: str, target: str) -> None:
        self.events.append(Event(self.sentence, action, who, what, target))

    def _require_has(self, who: Entity, thing: Entity) -> None:
        holder = self.state.get(("holder", thing.key))
        self._require(holder == who.key, f"{thing.key} is with {holder}, not with {who.key}")

    @staticmethod
    def _require(condition: bool, why: str) -> None:
        if not condition:
            raise ValueError(f"this cannot happen in the story world: {why}")
