"""Stories between people: presents, quarrels, letters, concerts, loans, neighbours, mix-ups."""

from bertcourse.storyworld import words
from bertcourse.storyworld.teller import Teller

CHILD, ADULT, ELDER = words.KIN_OF_A_CHILD, words.KIN_OF_AN_ADULT, words.ELDERS


AGES = {
    "friend": words.NUMBERS[6:] + words.TENS[:8],
    "colleague": words.TENS[5:],
    "flatmate": words.TENS[4:8],
    "mother": words.TENS[7:9],
    "father": words.TENS[7:9],
    "aunt": words.TENS[6:],
    "uncle": words.TENS[6:],
    "grandmother": ["sixty", "seventy", "eighty"],
    "grandfather": ["sixty", "seventy", "eighty"],
}


def gift(t: Teller) -> None:
    """A birthday present: it is just right, or it is not."""
    a = t.person("a")
    t.opening(a)
    b = t.person("b", kin=(a, t.dice.choice((CHILD, ADULT, ELDER))))
    t.group("ab", a, b)
    present = t.thing("present", t.dice.choice(("toy", "instrument", "readable", "clothing")))
    shop = t.place("shop", [("in", n) for n in ("toyshop", "bookshop", "market_hall", "shop")])
    t.thing("box", "box")
    home = t.home()
    t.word("age", "NUM", AGES.get(b.kin[1], AGES["friend"]))
    t.say(
        "<time> , {b} [have b] a birthday : {b} [turn b] <age>.",
        "<time> , {b} [celebrate b] a birthday : {b} [be b] <age> now.",
        "On <day> , {b} [turn b] <age> , and {a} [need a] a present.",
        "{a} [know a] that {b} [will b] [be] <age> on <day>.",
    )
    t.ask("How old [be sg] {b} on that birthday ?", t.writer.bound["age"][1])
    t.maybe(
        0.6,
        "{a} [have a] only <tens> pounds in {a's} pocket.",
        '"a> What [will b] {b} [like] ?" [wonder a] {a:name}.',
        "{a} [think a] about it/PRON for <number> days.",
        "It/PRON [be sg] not easy to [please] {b} , who [have b] everything.",
    )
    t.say(
        "{@shop} , {a} [find a] {present:new} for {b}.",
        "{a} [go a] to {shop} and [buy a] {present:new}.",
        "{@shop} {a} [see a] {present:new} , and {present} [cost present] <tens> pounds.",
        "After <number> hours {@shop} , {a} [choose a] {present:new}.",
    )
    t.world.move(a, shop)
    t.world.start(present, shop)
    t.world.take(a, present)
    t.ask("What [do a] {a} [buy] for {b} ?", present)
    t.ask("Where [do a] {a} [buy] the present ?", shop)
    t.say(
        "At home , {a} [hide a] {present} in {box:new}.",
        "{a} [put a] {present} into {box:new} and [tie a] a <colour> ribbon around it/PRON.",
        "{a} [wrap a] {present} in <colour> paper and [write a] a card.",
        "{a} [carry a] {present} home in {box:new}.",
    )
    t.world.move(a, home)
    t.maybe(
        0.5,
        "{b} [guess b] and [guess b] , but/CONJ {a} [say a] nothing.",
        "<weather> , and <effect>.",
        '"b>a [be sg] it/PRON a <present-noun> ?" [ask b] {b:name}.',
        "The cake^ [have sg] <number> candles/NOUN.",
        "<few> guests [arrive pl] too early.",
    )
    t.say(
        "At the party , {a} [give a] {b} {present:the}.",
        '"a>b Happy birthday !" [say a] {a:name} and [hand a] {b} {present:the}.',
        "After the cake , {b} [get b] {present:the} from {a}.",
        "{present:the} [be present] [give pp] to {b} by {a:name} right after breakfast.",
    )
    t.world.move(b, home)
    t.world.give(a, present, b)
    t.pause()
    if t.good:
        t.say(
            "It/PRON [be sg] just what/PRON {b} [have b] [dream pp] of.",
            '"b>a How [do a past] {a} [know] ?" [cry b] {b:name}.',
            "{b} [hug b] {a} and [show b] {present:the} to everybody.",
            "{b} [try b] {present:the} at once.",
            "{b} [smile b] and [say b] that it/PRON [be sg] the best present of all/PRON.",
        )
        t.say(
            "All the guests [want pl] to [hold] {present:the}.",
            "{b} [do b] not [put] {present:the} down all evening.",
            "Even at night , {present:the} [lie present] beside {b's} bed.",
            "{ab} [dance ab] in the kitchen.",
        )
    else:
        t.say(
            "But/CONJ {b} already [have b] a <present-noun>.",
            "{b} [look b] at it/PRON for a moment and [put b] {present:the} aside.",
            '"b>a Oh/INTJ , thanks ," [say b] {b:name} , and that/PRON [be sg] all/PRON.',
            "{b} [like b] the present^ of everybody else/ADJ better.",
        )
        t.say(
            "{a} [leave a] the party early.",
            "The next day , {b} [do b] not even [remember] who {present:the} [be present past] "
            "from.",
            "Everybody [feel sg] that something [be sg] wrong.",
            "{a} [wish a] that {a} [have a past] [choose pp] something else/ADJ.",
        )
    t.closing(a)


def quarrel(t: Teller) -> None:
    """Two quarrel over a thing, and make up, or do not."""
    a = t.person("a")
    t.opening(a)
    b = t.person("b", kin=(a, CHILD))
    toy = t.thing("toy", t.dice.choice(("toy", "instrument")))
    room = t.place("room", [*words.ROOMS, ("in", "playground"), ("in", "park")])
    ab = t.group("ab", a, b)
    t.world.own(a, toy, told=True)
    t.say(
        "{a} [have a] {toy:new} and [be a] proud of {toy}.",
        "{a} [get a] {toy:new} for {a's} birthday.",
        "Nobody^ but/ADP {a} [own sg] a <toy-noun>.",
        "{toy:new} [belong toy] to {a} , and {a} [love a] it/PRON.",
    )
    t.say(
        "<time> , {ab} [be ab] together {@room}.",
        "<time> , {a} [take a] {toy:the} to {room} , where {b} [be b] already [wait ing].",
        "{@room} , {a} [show a] {toy:the} to {b}.",
    )
    t.world.move(ab, room)
    t.ask("Where [be ab] {ab} ?", room)
    t.say(
        "{b} [want b] to [have] {toy:the} , too , but/CONJ {a} [say a] no.",
        '"b>a [be toy] {toy:the} for both of us/PRON ?" [ask b] {b:name} , but/CONJ {a} [shake a] '
        "{a's} head.",
        '"a>b {b} [cannot b] [have] {toy:the} ," [say a] {a:name}.',
        "{b} [pull b] at {toy:the} , and so [do a] {a:name}.",
        '"b>a It/PRON [be sg] {b\'s} turn/NOUN now !" [shout b] {b:name}.',
    )
    t.say(
        "In the end , {b} [call b] {a} selfish , and {a} [call a] {b} rude.",
        "Soon {ab} [shout ab] so loudly that a <bird> [fly sg] away.",
        "{b} [turn b] red and [stamp b] one foot.",
        "For <number> minutes , neither/PRON [say sg] a word.",
        "{a} [turn a] away , and {b} [stick b] out a tongue.",
    )
    t.maybe(
        0.6,
        "An old woman^ on a bench [shake sg] a finger at {ab}.",
        "{a} [think a] of <number> years of friendship.",
        "{b} [look b] at the floor.",
        "Deep down , {a} [know a] that it/PRON [be sg] silly.",
        "<weather>.",
    )
    t.pause()
    if t.good:
        t.say(
            '"a>b {a} [be a] sorry ," [say a] {a:name} <kindly>.',
            '"b>a {b} [be b] sorry ," [whisper b] {b:name}.',
            "After <few> minutes , both [begin pl] to [laugh].",
            "At last {a} [hold a] out a hand , and {b} [take b] it/PRON.",
        )
        if t.dice.chance(0.6):
            t.say(
                "{a} [give a] {b} {toy:the} for the rest of the day.",
                '"a>b Here , [take] {toy:the} ," [say a] {a:name} and [give a] it/PRON to {b}.',
                "And then {b} [get b] {toy:the} from {a} as a present.",
            )
            t.world.give(a, toy, b)
            t.ask("Who [have sg] {toy:the} in the end ?", b)
        t.say(
            "From then/ADV on , {ab} [share ab] everything.",
            "{ab} [walk ab] home arm/NOUN in arm.",
            "{ab} [be ab] better friends than before/ADV.",
            "Together {ab} [invent ab] a new game.",
            '"b>a [let] us/PRON never [quarrel] again ," [say b] {b:name}.',
        )
    else:
        t.say(
            "Then , with a crack , {toy:the} [break toy] in two.",
            "Suddenly {toy:the} [fall toy] to the ground and [break toy].",
            "{b} [throw b] {toy:the} on the ground , and {toy} [break toy].",
        )
        t.world.forget("holder", toy)
        t.world.becomes("condition", toy, "broken")
        t.ask("What [break sg] ?", toy)
        t.say(
            "{b} [go b] home without a word.",
            "{ab} [do ab] not [speak] to each other/NOUN for <number> weeks.",
            '"a>b {b} [be b] not {a\'s} friend any more !" [cry a] {a:name}.',
            "The next day , {b} [play b] with somebody else/ADJ.",
            "{a} [pick a] up the pieces and [walk a] away.",
        )
    t.closing(a)


def letter(t: Teller) -> None:
    """News comes by post."""
    a = t.person("a")
    t.opening(a)
    t.person("b", kin=(a, t.dice.choice((ADULT, ELDER))))
    letter_thing = t.made("letter", ["letter", "postcard", "telegram", "parcel", "card"])
    home = t.home()
    room = t.spot("spot", home)
    t.word("town", "PROPN", words.VILLAGES)
    t.word(
        "event",
        "NOUN",
        ["wedding", "party", "visit", "concert", "exhibition", "meeting", "reunion", "trip"],
    )
    t.word("month-word", "PROPN", words.MONTHS)
    t.say(
        "<time> , {a} [wait a] for news from {b} , who [live b] in <town>.",
        "{b} [have b] [move pp] to <town> , and {a} [have a] not [hear pp] from {b} for <number> "
        "months.",
        "For <number> weeks , {a} [have a] [wait pp] for an answer from {b} in <town>.",
    )
    t.ask("Where [do b] {b} [live] ?", t.writer.bound["town"][1])
    t.maybe(
        0.6,
        "Every morning , {a} [run a] to the letterbox , but/CONJ it/PRON [be sg] empty.",
        "{a} [write a] <number> letters and [send a] none of them/PRON.",
        "{a} [be a] <worried> and [cannot a] [sleep].",
        "<weather>.",
    )
    t.say(
        "On <day> , {letter:new} [come letter] at last , with a <colour> stamp.",
        "Then , on <day> , the postwoman^ [bring sg] {letter:new}.",
        "At <hour> , {a} [find a] {letter:new} on the doormat.",
        "Then {letter:new} [arrive letter] from <town>.",
    )
    t.world.start(a, home)
    t.world.own(a, letter_thing)
    t.ask("What [arrive sg] ?", letter_thing)
    t.maybe(
        0.7,
        "{a's} hands [shake pl] as/SCONJ {a} [open a] {letter}.",
        "{a} [read a] the first line <few> times.",
        "{a} [sit a] down by the window to [read] {letter}."
        if letter_thing.noun != "parcel"
        else "{a} [sit a] down by the window with {letter}.",
        "{a} [need a] a pair of glasses to [read] the address.",
    )
    t.pause()
    if t.good:
        t.say(
            '{b} [write b] : "b>a [come] to the <event> in <month-word> !"',
            "{b} [invite b] {a} to a <event> in <month-word>.",
            "There [be sg] to/PART [be] a <event> in <month-word> , and {a} [be a] invited.",
            "{b} [write b] that {b} [will b] [come] back in <month-word>.",
        )
        t.ask("In which month/NOUN [be sg] it/PRON ?", t.writer.bound["month-word"][1])
        t.say(
            "{a} [answer a] on the same day.",
            "{a} [read a] it/PRON aloud to the cat.",
            "{a} [count a] the days on the calendar : <tens>.",
            "{a} [jump a] up and [tell a] all the neighbours.",
        )
    else:
        t.say(
            "{b} [write b] that {b} [cannot b] [come] before/ADP <month-word>.",
            "The <event> in <month-word> [be sg] cancelled , {b} [write b].",
            "{b} [have b] no time for a <event> in <month-word>.",
            "{b} [be b] ill , and there [will sg] [be] no <event> in <month-word>.",
        )
        t.ask("Which month/NOUN [be sg] mentioned/ADJ ?", t.writer.bound["month-word"][1])
        t.say(
            "{a} [do a] not [know] what/PRON to [answer].",
            "{a} [read a] it/PRON again , and a tear [fall sg] on the paper.",
            "{a} [have a] [look pp] forward to it/PRON all year.",
            "{a's} new suitcase^ [stay sg] under the bed.",
        )
    t.say(
        "{a} [put a] {letter:the} {@spot:full}.",
        "Then {a} [hide a] {letter:the} {@spot:full}.",
        "{letter:the} [be letter] [put pp] {@spot:full} , where {a} [keep a] such things.",
        "{@spot:full} , {a} [find a] a place^ for {letter:the}.",
    )
    t.world.put(a, letter_thing, room)
    t.ask("Where [do a] {a} [put] {letter:the} ?", room)
    t.closing(a)


def concert(t: Teller) -> None:
    """Somebody plays in front of people for the first time."""
    a = t.person("a")
    t.opening(a)
    b = t.person("b", kin=(a, t.dice.choice((CHILD, ADULT, ELDER))))
    violin = t.thing("violin", "instrument")
    hall = t.place("hall", [("in", "theatre"), ("in", "town_hall"), ("in", "hall"), ("in", "park")])
    t.say(
        "{b} [teach b] {a} to [play] the <violin-noun>.",
        "For <number> years , {a} [have a] [play pp] the <violin-noun>.",
        "{a} [play a] {violin:new} that/PRON once [belong violin past] to {b}.",
        "{a} [own a] {violin:new} and [practise a] every day.",
    )
    t.world.own(a, violin, told=True)
    t.ask("What [do a] {a} [play] ?", violin)
    t.say(
        "<time> , there [be sg] to/PART [be] a concert {@hall}.",
        "<time> , {a} [be a] asked/VERB to [play] {@hall}.",
        "The great concert^ {@hall} [be sg] on <day>.",
    )
    t.maybe(
        0.8,
        "The piece [be sg] long and [have sg] <number> difficult pages.",
        "{a} [play a] the same <number> bars again and again.",
        "The neighbours [complain pl] about the noise at <hour>.",
        '"b>a [play] it/PRON once more/ADV , but/CONJ slower/ADV ," [say b] {b:name}.',
        "{b} [cover b] both/DET ears.",
    )
    t.say(
        "That evening , <tens> people [sit pl] {@hall}.",
        "{@hall} , {a} [look a] through the curtain and [see a] <tens> people.",
        "When {a} [arrive a] {@hall} , {b} [sit b] in the <ordinal> row.",
        "{a} [walk a] on to the stage {@hall} and [bow a].",
    )
    t.world.move(t.group("ab", a, b), hall)
    t.ask("Where [do a] {a} [play] ?", hall)
    t.maybe(
        0.7,
        "{a} [be a] so <worried> that {a's} fingers [go pl] cold.",
        "Somebody [cough sg] , and a chair [creak sg].",
        "The lights^ {@hall} [go pl] down.",
        "{a} [close a] {a's} eyes and [breathe a] deeply.",
        "Just then , a string^ [break sg]."
        if violin.noun in STRINGED
        else "Just then , a bell^ [ring sg].",
    )
    t.pause()
    if t.good:
        t.say(
            "But/CONJ {a} [play a] better than ever , and everybody [clap sg].",
            "From the first note to the last , it/PRON [be sg] perfect.",
            "When the last note [die sg] away , the people [shout pl] for more/PRON.",
            "{violin:the} [sound violin] as bright as a <bird>.",
        )
        t.say(
            "{b} [throw b] a <colour> rose on the stage.",
            '"b>a {b} [have b] never [hear pp] anything so beautiful ," [say b] {b:name}.',
            "{a} [have a] to [bow] <number> times.",
            "The next day , {a's} picture^ [be sg] in the newspaper.",
        )
    else:
        t.say(
            "After <number> bars , {a} [forget a] how the piece [go sg].",
            "{violin:the} [slip violin] from {a's} hands and [fall violin] on the stage.",
            "{a} [play a] one wrong note/NOUN after another.",
            "The sounds [be pl] so terrible that somebody [laugh sg].",
        )
        t.say(
            "After the <ordinal> page , {a} [run a] off the stage.",
            "Hardly anybody^ {@hall} [clap sg].",
            "<few> people in the <ordinal> row [leave pl] early.",
            "{a} [put a] {violin:the} away and [do a] not [touch] it/PRON for <number> weeks.",
        )
    t.closing(a)


STRINGED = words.listed(
    """
    violin guitar cello harp banjo lute fiddle ukulele mandolin sitar
    """
)


def borrowed(t: Teller) -> None:
    """Something is lent, and has to come back in one piece."""
    a = t.person("a")
    t.opening(a)
    b = t.person("b", kin=(a, ADULT))
    tool = t.thing("tool", t.dice.choice(("tool", "instrument", "readable")))
    place = t.place("place", words.YARD)
    t.word("until", "PROPN", words.DAYS)
    t.say(
        "<time> , {a} [ask a] {b} for {tool:new}.",
        "{b} [own b] {tool:new} , which {a} [need a] for a few days.",
        '<time> , {a} [say a] : "a>b [can b] {b} [lend] {a} {tool:new} ?"',
        "{a} [have a] no <tool-noun> , but/CONJ {b} [have b] {tool:new}.",
    )
    t.world.own(b, tool, told=True)
    t.say(
        "{b} [give b] {a} {tool:the} {@place}.",
        "{@place} , {b} [hand b] {a} {tool:the} <manner>.",
        '"b>a But/CONJ {b} [need b] it/PRON back on <until> ," [say b] {b:name} and [give b] {a} '
        "{tool:the} {@place}.",
    )
    t.world.move(t.group("ab", a, b), place)
    t.world.give(b, tool, a)
    t.ask("What [do b] {b} [lend] {a} ?", tool)
    t.say(
        "{a} [promise a] to [bring] {tool:the} back before/ADP <until>.",
        "It/PRON [have sg] to [be] back on <until>.",
        "{b} [need b] {tool:the} again on <until>.",
    )
    t.ask("When [be tool] {tool:the} needed/ADJ back ?", t.writer.bound["until"][1])
    t.maybe(
        0.6,
        "{a} [use a] {tool:the} every day.",
        "The days^ before/ADP <until> [pass pl] quickly.",
        "<weather>.",
        "{b} [hear b] nothing from {a} for <number> days.",
    )
    t.say(
        "On <until> , {a} [cannot a] [find] {tool:the} at first .",
        "Then <until> [come sg] , and {a} [be a] far away.",
        "On the evening before <until> , {a} [see a] a scratch^ on {tool:the}.",
        "When <until> [come sg] , {a} [be a] in bed with a <illness>.",
        "By <until> , {a} [have a] almost [forget pp] about {tool:the}.",
    )
    t.pause()
    if t.good:
        t.say(
            "But/CONJ at <hour> , {a} [stand a] at {b's} door and [give a] {b:him} {tool:the}.",
            "But/CONJ {a} [keep a] the promise and [hand a] {tool:the} back to {b}.",
            "In spite of that/PRON , {b} [get b] {tool:the} back from {a} in time.",
        )
        t.world.give(a, tool, b)
        t.ask("Who [have sg] {tool:the} in the end ?", b)
        t.say(
            '"b>a {a} [can a] [borrow] anything/PRON from {b} ," [say b] {b:name}.',
            "{a} also [bring a] {b} a jar of jam.",
            "{b} [be b] pleased and [pour b] {a} a cup of tea.",
            "{tool:the} [look tool] even better than before/ADV.",
        )
    else:
        t.say(
            "And then {tool:the} [break tool] , too.",
            "Worse/ADV still , {a} [drop a] {tool:the} , and it/PRON [break sg].",
            "In the rush , {a} [step a] on {tool:the} and [break a] it/PRON.",
        ) if tool.noun not in PAPER else t.say(
            "And then {a} [spill a] ink on {tool:the}.",
            "Worse/ADV still , {tool:the} [fall tool] into a puddle.",
        )
        t.world.becomes("condition", tool, "ruined")
        t.say(
            '"b>a {b} [will b] never [lend] {a} anything again ," [say b] {b:name}.',
            "{b} [be b] angry , and {a} [can a] only [say] sorry.",
            "{a} [have a] to [pay] <tens> pounds.",
            "For <number> weeks , {b} [do b] not [greet] {a}.",
        )
    t.closing(a)


PAPER = [
    words.singular_and_plural(entry)[0]
    for nouns, _ in words.THINGS["readable"]
    for entry in nouns.split()
]


def new_neighbour(t: Teller) -> None:
    """Somebody new moves in."""
    a = t.person("a")
    t.opening(a)
    b = t.person("b")
    present = t.made("present", ["cake", "pie", "loaf", "pudding", "bouquet", "plant"])
    t.word("town", "PROPN", words.VILLAGES)
    door = t.place("door", [("at", "door"), ("at", "gate"), ("in", "garden"), ("in", "stairwell")])
    t.word("craft", "NOUN", words.JOBS)
    t.say(
        "<time> , a <colour> van^ [stop sg] in front/NOUN of the house next/ADJ door.",
        "<time> , somebody [move sg] into the empty house across the road.",
        "<time> , {a} [see a] lights in the house that/PRON [have sg] [be pp] empty for years.",
    )
    t.say(
        "The new neighbour^ [be sg] {b} , a <craft> from <town>.",
        "A <craft> called/VERB {b} [have b] [come pp] from <town> with <number> boxes.",
        "{b} , who [have b] [move pp] there from <town> , [be b] a <craft>.",
    )
    t.ask("Where [do b] {b} [come] from ?", t.writer.bound["town"][1])
    t.ask("What [be b] {b} by profession ?", t.writer.bound["craft"][1])
    t.maybe(
        0.7,
        "At first , {a} [be a] too shy to [say] hello.",
        "{b} [play b] loud music until <hour>.",
        "For <number> days , {a} only [watch a] from the window.",
        "Nobody in the street [know sg] anything about {b}.",
        "People [say pl] that {b} [be b] not very <character>.",
    )
    t.say(
        "Then {a} [bake a] {present:new} for {b}."
        if present.noun not in ("bouquet", "plant")
        else "Then {a} [buy a] {present:new} for {b}.",
        "{a} [want a] to [be] polite and [prepare a] {present:new}.",
        '"a> A new neighbour [need sg] a present ," [think a] {a:name} and [choose a] '
        "{present:new}.",
    )
    t.world.own(a, present, told=True)
    t.say(
        "{@door} , {a} [give a] {b} {present:the}.",
        "{b} [open b] , and {a} [give a] {b:him} {present:the} {@door}.",
        "{a} [meet a] {b} {@door} and [hand a] {b:him} {present:the}.",
    )
    t.world.move(t.group("ab", a, b), door)
    t.world.give(a, present, b)
    t.ask("What [do a] {a} [give] {b} ?", present)
    t.ask("Where [do a] {a} [meet] {b} ?", door)
    t.pause()
    if t.good:
        t.say(
            '"b>a How kind of {a} ! [come] in ," [say b] {b:name}.',
            "{b} [laugh b] with joy and [ask b] {a} to [stay] for tea.",
            "It/PRON [turn sg] out that both [love pl] <hobby ing>.",
            "{b} [tell b] {a} about life in <town> until <hour>.",
        )
        t.say(
            "Since then/ADV , {ab} [meet ab] every <day>.",
            "A year later , {a} [cannot a] [imagine] the street without {b}.",
            "{b} [lend b] {a} <number> books.",
            "{b} [show b] {a} photographs of <town>.",
            "Soon {a} [have a] a new friend.",
        )
    else:
        t.say(
            '"b>a {b} [have b] no time ," [say b] {b:name} and [close b] the door.',
            "But/CONJ {b} [take b] {present:the} without a word of thanks/NOUN.",
            "{b} [look b] at {present:the} and [make b] a face.",
            "{present:the} [land present] in the bin , and {a} [see a] it/PRON.",
        )
        t.say(
            "{a} [go a] home and [draw a] the curtains.",
            "Since then/ADV , {ab} [do ab] not [greet] each other/NOUN.",
            "{b} [play b] louder music than ever that night.",
            "{a} [wish a] that {b} [be b past] still in <town>.",
        )
    t.closing(a)


def found_animal(t: Teller) -> None:
    """A lost animal turns up at the door."""
    a = t.person("a")
    t.opening(a)
    b = t.person("b", kin=(a, t.dice.choice((CHILD, ELDER))))
    pet = t.animal("pet", named=False)
    spot = t.place("spot-place", words.OUTDOORS)
    t.word("new-name", "PROPN", words.PET_NAMES)
    ab = t.group("ab", a, b)
    t.say(
        "<time> , {ab} [find ab] {pet:new} {@spot-place}.",
        "<time> , {@spot-place} , {a} [come a] upon {pet:new} and [call a] {b}.",
        "<time> , {ab} [walk ab] {@spot-place} when {pet:new} [come pet] out of the bushes.",
    )
    t.world.start(ab, spot, told=True)
    t.world.start(pet, spot)
    t.ask("What [do ab] {ab} [find] ?", pet)
    t.ask("Where [do ab] {ab} [find] {pet:the} ?", spot)
    t.say(
        "{pet:the} [be pet] wet and [tremble pet] all over.",
        "{pet:the} [limp pet] on one leg/NOUN.",
        "Around its/PRON neck [be sg] a <colour> ribbon , but/CONJ no name.",
        "{pet:the} [be pet] so thin that {a} [can a] [count] the ribs.",
        "{pet:the} [look pet] at {ab} with big eyes.",
    )
    t.say(
        '"a>b [can ab] {ab} [keep] {pet:the} ?" [ask a] {a:name}.',
        '"b>a Perhaps somebody [miss sg] {pet:the} ," [say b] {b:name}.',
        "{a} [want a] to [take] {pet:the} home , but/CONJ {b} [be b] not sure.",
        "{b} [think b] that it/PRON [be sg] better to [ask] around first.",
    )
    t.maybe(
        0.7,
        "{a} [give a] {pet:the} half of a sandwich.",
        "{ab} [put ab] up <number> notices , but/CONJ nobody [call sg].",
        "For <number> days , {ab} [ask ab] everybody in the town.",
        "{a} [wrap a] {pet:the} in a <colour> towel.",
        "{a} [name a] {pet:the} <new-name>.",
    )
    t.pause()
    if t.good:
        t.say(
            "Since nobody [come sg] for {pet:the} , {a} [be a] allowed/VERB to [keep] {pet}.",
            "In the end , {b} [say b] yes , and {pet:the} [get pet] a basket by the stove.",
            "The owner^ [be sg] so grateful that {ab} [get ab] <tens> pounds.",
        )
        t.say(
            "After a few weeks , {pet:the} [be pet] strong and healthy.",
            "Every evening , {pet:the} [lie pet] at {a's} feet.",
            "{a} [learn a] a lot about how to [feed] a <pet-noun>.",
            "{b} [build b] a little house for {pet:the}.",
        )
        t.world.becomes("condition", pet, "well")
    else:
        t.say(
            "But/CONJ during the night , {pet:the} [run pet] away.",
            "But/CONJ the owner^ [come sg] and [say sg] not even a word of thanks/NOUN.",
            "But/CONJ {b} [say b] no , and {pet:the} [have pet] to [go].",
            "But/CONJ {pet:the} [grow pet] weaker from day to day.",
        )
        t.say(
            "{a} [look a] for {pet:the} everywhere , and in vain/NOUN.",
            "{a} [keep a] only a photograph of {pet:the}.",
            "For <number> days , {a} [do a] not [eat].",
            "{a} often [think a] of {pet:the} after that/PRON.",
        )
    t.closing(a)


def mix_up(t: Teller) -> None:
    """Two people have the same kind of bag, and each goes off with the wrong one."""
    a = t.person("a")
    t.opening(a)
    b = t.person("b")
    t.group("ab", a, b)
    t.thing("bag", "bag")
    inside = t.thing("inside", t.dice.choice(("instrument", "readable", "toy", "keepsake")))
    other = t.several("other", words.FRUIT_AND_VEGETABLES)
    place = t.place("place", words.TOWN)
    t.word("town", "PROPN", words.VILLAGES)
    t.world.own(a, inside)
    t.say(
        "<time> , {a} [sit a] {@place} with {bag:new} , and in it/PRON [be inside] {inside:new}.",
        "<time> , {a} [carry a] {inside:new} in {bag:new} to {place}.",
        "<time> , {a} [put a] {inside:new} into {bag:new} and [go a] to {place}.",
    )
    t.world.told.add(("holder", inside.key))
    t.world.move(a, place)
    t.ask("What [be sg] in {bag:the} ?", inside)
    t.ask("Where [do a] {a} [go] ?", place)
    t.say(
        "A stranger^ called/VERB {b} [sit sg] down with a <bag-noun> of exactly the same "
        "kind/NOUN.",
        "Next/ADV to {a} [sit b] {b} , a stranger , with just the same <bag-noun>.",
        "There , {b} from <town> [have b] the same <bag-noun> , but/CONJ with {other} in it/PRON.",
    )
    t.world.start(b, place)
    t.world.own(b, other)
    t.say(
        "In the crowd {@place} , each/PRON [take sg] the wrong <bag-noun>.",
        "By mistake , {b} [take b] the <bag-noun> of {a} , and {a} [take a] the other one/NOUN.",
        "{b} [be b] in a hurry and [go b] off with the <bag-noun> of {a}.",
    )
    t.world.give(a, inside, b)
    t.world.give(b, other, a)
    t.say(
        "Only at home [do a] {a} [notice] the mistake : there [be pl] <other-count> <other-noun> "
        "in the <bag-noun> !",
        "When {a} [open a] the <bag-noun> at home , {other} [roll other] out.",
        "Instead of {inside:the} , {a} [find a] {other}.",
    )
    t.ask("How many <other-noun> [be pl] there ?", other.count)
    t.maybe(
        0.7,
        '"a> What [will a] {a} [do] without {inside:the} ?" [think a] {a:name}.',
        "{a} [call a] the police and [write a] a note.",
        "There [be sg] no address anywhere , only the name^ of a town : <town>.",
        "{a} [think a] hard , but/CONJ {a} [cannot a] [remember] the face of the stranger/NOUN.",
        "{a} [be a] <worried> because of {inside:the}.",
    )
    t.pause()
    if t.good:
        t.say(
            "The next morning , {b} [come b] to {place} , too , and [give b] {inside:the} back.",
            "{a} [go a] back to {place} , and there [wait b] {b:name} with {inside:the}.",
            "When {a} [come a] back to {place} , {b} [hand b] {a:him} {inside:the}.",
        )
        t.world.give(b, inside, a)
        t.ask("Who [have sg] [take pp] {inside:the} ?", b)
        t.say(
            "{ab} [laugh ab] and [eat ab] {other:the} together.",
            "{a} [look a] at {inside:the} and [be a] relieved.",
            "{b} [keep b] only half/NOUN of {other:the} and [give b] {a} the rest.",
            "After that/PRON , {a} [write a] {a's} name on the <bag-noun>.",
        )
    else:
        t.say(
            "{a} [go a] back to {place} <number> times , but/CONJ {b} [be b] never there.",
            "{b} [be b] already on the way to <town> , and {inside:the} with {b:him}.",
            "Nobody {@place} [know sg] who {b} [be b].",
        )
        t.say(
            "{a} never [see a] {inside:the} again.",
            "{other:the} [rot other] in the kitchen , for/CONJ {a} [do a] not [feel] hungry.",
            "A <inside-noun> like/ADP that/PRON [cannot sg] [be] [replace pp].",
            "That evening , {a} [eat a] some/PRON of {other:the} and [sigh a].",
        )
    t.closing(a)


PLOTS = (gift, quarrel, letter, concert, borrowed, new_neighbour, found_animal, mix_up)
