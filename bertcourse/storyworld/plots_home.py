"""Stories that happen at home: things lost, dinners cooked, machines mended, storms, colds, pets.

Each function is one plot, with a goal, an obstacle and an outcome. A plot chooses its cast, then
tells it step by step: the templates of a `say` are different ways to put one step, the world makes
it so, and `ask` notes a question that the sentence just said has answered.
"""

from bertcourse.storyworld import words
from bertcourse.storyworld.teller import Teller

CHILD, ADULT, ELDER = words.KIN_OF_A_CHILD, words.KIN_OF_AN_ADULT, words.ELDERS


def lost_and_found(t: Teller) -> None:
    """Something is missing, and it is looked for in one place after another."""
    a = t.person("a")
    t.opening(a)
    b = t.person("b", kin=(a, t.dice.choice((CHILD, ADULT, ELDER))))
    key = t.thing("key", "keepsake")
    room = t.place("room", words.ROOMS)
    spot = t.spot("spot", room)
    t.spot("wrong", room)
    t.spot("third", room)
    ab = t.group("ab", a, b)
    t.say(
        "{a} never [go a] anywhere without {key:new} that/PRON {a} [have a] [get pp] from {b}.",
        "{a} [have a] {key:new} , a present from {b}.",
        "Of all the things that/PRON {a} [own a] , {key:new} from {b} [be key] the most precious.",
        "{a} [treasure a] {key:new} that/PRON {b} [have b] [choose pp] for {a:him}.",
    )
    t.world.own(a, key, told=True)
    t.say(
        "<time> , {key} [be key] [go pp].",
        "But/CONJ <time> , {a} [cannot a] [find] {key}.",
        "<time> , {a} [notice a] that {key} [be key] missing.",
        "<time> , {a's} pocket [be sg] empty : {key:the} [be key] not there.",
    )
    t.ask("What [do a] {a} [miss] ?", key)
    t.world.lose(a, key, spot)
    t.say(
        '"a>b Where [be key] {key:full} ?" [ask a] {a:name}.',
        '"a>b [have b] {b} [see pp] {key:full} ?" {a} [ask a] , but/CONJ {b:name} [know b] '
        "nothing.",
        "{a} [ask a] {b} for help.",
        '"b>a Why [do a] {a} [look] so <worried> ?" [ask b] {b:name}.',
        '"b>a When [do a past] {a} last [see] {key} ?" [ask b] {b:name}.',
        "{b} [see b] at once that {a} [be a] <worried>.",
    )
    t.say(
        "{ab} [look|search ab] {@room} first.",
        "{ab} [begin ab] {@room}.",
        "{ab} [search ab] {room} from top to bottom.",
        "Together {ab} [go ab] through everything {@room}.",
    )
    t.world.move(ab, room)
    t.ask("Where [do ab] {ab} [look] first ?", room)
    t.say(
        "{a} [look a] {@wrong:full} , but/CONJ [find a] only <rubbish>.",
        "{b} [look b] {@wrong:full} and [find b] nothing but/ADP <rubbish>.",
        "{@wrong:full} , there [be sg] nothing but/ADP <rubbish>.",
        "{a} [hope a] to [find] {key} {@wrong:full} , but/CONJ {a} [be a] wrong.",
    )
    t.maybe(
        0.6,
        "{@third:full} , {b} [find b] <rubbish> , but/CONJ no <key-noun>.",
        "{b} even [look b] {@third:full} , but/CONJ without success.",
        "{a} [grow a] more and more <worried>.",
        '"b>a [do] not [give] up !" [say b] {b:name} <kindly>.',
    )
    t.pause()
    if t.good:
        t.say(
            "(At last|Finally|In the end) , {a} [look a] {@spot:full} , and there [lie key] "
            "{key:the} !",
            "Then {a} [remember a] to [look] {@spot:full} , and {key:the} [be key] exactly there.",
            "(At last|In the end) , {a} [find a] {key:the} {@spot:full}.",
            '"a>b {key:the} [be key] {@spot:full} !" [cry a] {a:name} and [pick a] {key} up.',
        )
        t.world.take(a, key)
        t.ask("Where [do a] {a} [find] {key:the} ?", spot)
        t.say(
            "{a} [laugh a] with relief and [hug a] {b}.",
            "{a} [hold a] {key} in one hand and [smile a].",
            "{a} [promise a] to [take] better care of {key}.",
            '"a>b {a} [will a] never [lose] {key} again ," [say a] {a:name}.',
            "{a} [be a] so relieved that {a} [dance a] around {room}.",
            "{b} [be b] almost as relieved as {a}.",
        )
    else:
        hours = t.word("hours", "NUM", words.NUMBERS)
        t.say(
            "{ab} [look ab] for <hours> hours , but/CONJ {key:the} [do key] not [turn] up.",
            "{key:the} [stay key] lost , although {ab} [search ab] for <hours> hours.",
            "After <hours> hours , {ab} [give ab] up.",
            "For <hours> hours {ab} [search ab] , and in the end {ab} [find ab] nothing at "
            "all/PRON.",
        )
        t.ask("For how many hours [do ab] {ab} [search] ?", hours)
        t.world.becomes("condition", key, "lost")
        t.say(
            '"b>a {a} [can a] [buy] a new one/NOUN ," [say b] {b:name} , but/CONJ that/PRON [be '
            "sg] no comfort.",
            "{b} [try b] to [comfort] {a} , but/CONJ it/PRON [do sg] not [help].",
            "Without {key:the} , {a} [feel a] strange.",
            "Perhaps somebody [have sg] [take pp] {key:the} , or perhaps {key} [be key] at the "
            "bottom of the river.",
        )
    t.closing(a)


def dinner(t: Teller) -> None:
    """Somebody cooks for a guest; it comes out well, or it burns."""
    a = t.person("a")
    t.opening(a)
    b = t.person("b", kin=(a, t.dice.choice((ADULT, ELDER))))
    dish = t.made("dish", words.DISHES)
    t.several("main", words.FRUIT_AND_VEGETABLES)
    t.substance("side", words.STAPLES)
    kitchen = t.place("kitchen", [("in", "kitchen")])
    t.group("ab", a, b)
    t.say(
        "<time> , {a} [invite a] {b} to dinner.",
        "<time> , {a} [decide a] to [cook] dinner for {b}.",
        "<time> , {a} [write a] to {b} and [ask a] {b:him} to dinner.",
        "<time> , {b} [announce b] a visit/NOUN , so/CONJ {a} [have a] to [cook] something good.",
    )
    t.ask("Who [do a] {a} [cook] for ?", b)
    t.say(
        "{a} [choose a] {dish:new} with {main} and {side}.",
        "For {dish:new} , {a} [need a] {main} and {side}.",
        "There [will sg] [be] {dish:new} with {main} and {side}.",
        "It/PRON [have sg] to [be] {dish:new} , because nothing [please sg] {b} more.",
        "{a} [have a] {main} and {side} , which [be sg] just right for {dish:new}.",
    )
    t.ask("What [do a] {a} [want] to [cook] ?", dish)
    t.say(
        "{@kitchen} , {a} [put a] on an apron and [wash a] {main}.",
        "{a} [go a] to {kitchen} and [begin a] to [chop] {main}.",
        "{@kitchen} , {a} [peel a] and [chop a] everything <manner>.",
        "Standing/VERB {@kitchen} , {a} [read a] the recipe twice.",
    )
    t.world.move(a, kitchen)
    t.say(
        "The knife [be sg] blunt , and {a} [take a] twice as long as usual/ADJ.",
        "Then {a} [notice a] that there [be sg] no (salt|pepper|oil|garlic) left/ADJ.",
        "The onions [make pl] {a} [cry].",
        "{a} [stir a] and [taste a] , [taste a] and [stir a].",
        "The recipe [be sg] harder than {a} [have a] [think pp].",
        "While/SCONJ the pan [get sg] hot , {a} [lay a] the table for (two|three|four) <manner>.",
        "For so/ADV much <dish-noun> , the pot^ [be sg] almost too small.",
    )
    t.pause()
    if t.good:
        t.say(
            "Soon {kitchen} [smell kitchen] <tasty>.",
            "Soon the smell^ of {dish:the} [fill sg] the whole house.",
            "When {b} [ring b] the bell , {dish:the} [be dish] just ready.",
        )
        t.world.move(b, kitchen)
        t.world.own(a, dish)
        t.say(
            "{b} [eat b] (two|three) plates of it/PRON and [ask b] for more.",
            '"b>a This/PRON [be sg] <tasty> !" [say b] {b:name}.',
            "{b} [say b] that {b} [have b] never [eat pp] such a good <dish-noun>.",
            "{dish:the} [be dish] <tasty> , and {ab} [talk ab] and [laugh ab] until midnight.",
            "{ab} [eat ab] {dish:the} to the last spoonful.",
        )
        t.world.use_up(a, dish)
    else:
        t.say(
            "Then/ADV the telephone [ring sg] , {a} [talk a] too long , and {dish:the} [burn "
            "dish].",
            "But/CONJ {a} [take a] the salt for the sugar , and {dish:the} [taste dish] <horrid>.",
            "But/CONJ {a} [forget a] {dish:the} on the stove , and black smoke [fill sg] "
            "{kitchen}.",
            "Just before dinner , {dish:the} [fall dish] on the floor.",
        )
        t.world.becomes("condition", dish, "spoilt")
        t.say(
            "When {b} [arrive b] , there [be sg] only dry bread with {side:the}.",
            '"b>a It/PRON [do sg] not [matter] ," [say b] {b:name} , but/CONJ {b} [go b] home '
            "hungry.",
            "{b} [be b] polite , but/CONJ {b} [leave b] half of it/PRON on the plate.",
            "{a} [have a] to [throw] everything away and [open] a tin of beans.",
            "{b} [wait b] and [wait b] , and there [be sg] nothing to [eat].",
        )
    t.maybe(
        0.5,
        "Afterwards , {a} [wash a] all the dishes alone.",
        "There [be pl] <number> dirty plates in the sink.",
        "{a's} pans^ [be pl] still dirty the next morning.",
    )
    t.closing(a)


def repair(t: Teller) -> None:
    """A machine breaks, and somebody tries to mend it with a borrowed tool."""
    a = t.person("a")
    t.opening(a)
    b = t.person("b", kin=(a, ADULT))
    machine = t.thing("machine", "machine")
    tool = t.thing("tool", "workshop_tool")
    room = t.place("room", words.ROOMS)
    t.world.own(b, tool)
    t.world.start(a, room)
    t.say(
        "<time> , {a's} {machine:bare} [stop machine] [work ing].",
        "<time> , {a} [hear a] a bang , and {machine:new} {@room} [fall machine] silent.",
        "{a} [have a] {machine:new} {@room} , and <time> it/PRON [break sg].",
        "<time> , {@room} , {a} [find a] that {machine:new} [be machine] broken.",
    )
    t.world.becomes("condition", machine, "broken")
    t.ask("What [do a] {a} [have] to [mend] ?", machine)
    t.maybe(
        0.6,
        "A new one/NOUN [cost sg] <tens> pounds , and that/PRON [be sg] too much.",
        "{a} [shake a] {machine} , but/CONJ nothing [happen sg].",
        "{a} [read a] the instructions twice and [understand a] nothing.",
        "It/PRON [be sg] <number> years old , and {a} [like a] it/PRON very much.",
        "{a} [need a] {machine} every day.",
    )
    t.say(
        '"a>b [do b] {b} [have] {tool:new} for {a} ?" [ask a] {a:name}.',
        "{a} [need a] {tool:new} , so/CONJ {a} [go a] to {b}.",
        "{b} [have b] {tool:new} that/PRON [be tool] just right for the job.",
        "{a} [have a] no tools , but/CONJ {b} [own b] {tool:new}.",
    )
    t.world.told.add(("holder", tool.key))
    t.ask("What [do a] {a} [need] ?", tool)
    t.say(
        "{b} [bring b] {tool:the} to {a} {@room}.",
        "{b} [come b] to {room} with {tool:the} at once.",
        "{b} [come b] over and [hand b] {a} {tool:the} {@room}.",
    )
    t.world.move(b, room)
    t.world.give(b, tool, a)
    t.say(
        "<manner> , {a} [take a] off the back of {machine:the}.",
        "{a} [open a] {machine:the} and [find a] <rubbish> inside.",
        "Inside , {a} [count a] <number> screws and <number> wires.",
        "{b} [hold b] the lamp while {a} [work a].",
        "{a} [lay a] all the screws on a newspaper in a neat row.",
    )
    t.maybe(0.7, *WORKING)
    t.pause()
    if t.good:
        t.say(
            "Then {a} [turn a] a screw , and {machine:the} [start machine] again.",
            "(At last|Finally) , {machine:the} [work machine] as well as on the first day.",
            '"a>b It/PRON [work sg] !" [cry a] {a:name} , and {b} [clap b].',
            "One drop of oil^ [be sg] enough : {machine:the} [run machine] again.",
            "After <number> minutes , {machine:the} [be machine] [mend pp].",
        )
        t.world.becomes("condition", machine, "mended")
        t.say(
            "{a} [give a] {tool:the} back to {b} with a box of chocolates.",
            "{a} [hand a] {b} {tool:the} and [thank a] {b:him}.",
            "Then {b} [take b] {tool:the} back , and {a} [make a] tea for both of them/PRON.",
        )
        t.world.give(a, tool, b)
        t.ask("Who [get sg] {tool:the} back ?", b)
    else:
        t.say(
            "But/CONJ in the end there [be pl] <few> screws left over , and {machine:the} [stay "
            "machine] broken.",
            "Then a spring [jump sg] out , and after that/PRON nobody [can sg] [mend] "
            "{machine:the}.",
            "Whatever/PRON {a} [try a] , {machine:the} [make machine] no sound.",
            "{a} [pull a] too hard , and the last wire [break sg] off.",
        )
        t.say(
            "Worse/ADV still , {tool:the} [break tool] in {a's} hands.",
            "And {tool:the} , too , [break tool] in two.",
            "To/PART [make] matters worse , {a} also [break a] {tool:the}.",
        )
        t.world.becomes("condition", tool, "broken")
        t.say(
            '"b>a That/PRON [be sg past] {b\'s} best <tool-noun> ," [say b] {b:name}.',
            "{b} [say b] nothing , but/CONJ {b} [do b] not [smile].",
            "{a} [have a] to [buy] {b} a new <tool-noun>.",
        )
    t.closing(a)


WORKING = (
    "It/PRON [be sg] a dirty job , and soon {a's} hands [be pl] black.",
    "{a} [work a] until/SCONJ the tea [be sg] cold.",
    "{b} [tell b] {a} about a film , but/CONJ {a} [hear a] only half of it/PRON.",
    '"b>a [be] careful !" [say b] {b:name} .',
    '"a>b [be sg] this/PRON the right wire ?" [ask a] {a:name}.',
    '"b>a [have a] {a} ever [do pp] this/PRON before ?" [ask b] {b:name}.',
    "{b} [know b] nothing about such things , but/CONJ {b} [give b] a lot of advice.",
)


def illness(t: Teller) -> None:
    """Somebody is ill, and somebody else looks after them."""
    a = t.person("a")
    t.opening(a)
    b = t.person("b", kin=(a, t.dice.choice((ADULT, ELDER))))
    bedroom = t.place("bedroom", [("in", "bedroom")])
    book = t.thing("book", "readable")
    t.substance("drink", ["tea", "cocoa", "broth", "lemonade"])
    t.made("soup", ["soup", "stew"])
    t.word("trouble", "NOUN", words.ILLNESSES)
    t.say(
        "<time> , {a} [wake a] up with a <trouble>.",
        "<time> , {a} [have a] such a <trouble> that {a} [cannot a] [get] up.",
        "A bad <trouble> [keep sg] {a} in bed all week.",
        "Because {a} [have a] a <trouble> , {a} [have a] to [stay] in bed.",
    )
    t.ask("What [be sg] wrong with {a} ?", t.writer.bound["trouble"][1])
    t.world.start(a, bedroom)
    t.maybe(
        0.5,
        "The doctor^ [come sg] at <hour> and [look sg] serious.",
        "{a's} forehead [be sg] hot , but/CONJ {a's} feet [be pl] cold.",
        "That/PRON [be sg] a pity , for/CONJ {a} [have a] [want pp] to [go] dancing/VERB that "
        "night.",
        "{a} [cough a] and [sneeze a] and [see a] nobody.",
        "Through the window , {a} [watch a] a <bird> on the roof.",
    )
    t.say(
        "{b} [hear b] of it/PRON and [come b] to {bedroom} with {drink}.",
        "In the afternoon , {b} [sit b] down beside {a} {@bedroom}.",
        "When {b} [come b] to {bedroom} , {b} [bring b] {drink} and {book:new}.",
        '"b>a How [do a] {a} [feel] ?" [ask b] {b:name} {@bedroom}.',
    )
    t.world.move(b, bedroom)
    t.world.own(b, book)
    t.ask("Who [visit sg] {a} ?", b)
    t.say(
        "{b} [read b] to {a} from {book} for an hour and then [give b] {a:him} the {book:bare}.",
        "{b} [give b] {a} {book:full} to/PART [read]."
        if book in t.writer.introduced
        else "{b} [give b] {a} {book:new} to/PART [read].",
        "{b} [have b] {book} from the library and [hand b] it/PRON to {a}.",
        "As a present , {a} [get a] {book} from {b}.",
    )
    t.world.give(b, book, a)
    t.ask("What [do b] {b} [give] {a} ?", book)
    t.say(
        "{b} [make b] {drink} with honey.",
        "{b} [cook b] {soup:new} with <number> carrots in it/PRON.",
        '"b>a [drink] this/PRON and [sleep] ," [say b] {b:name} <kindly>.',
        "{b} [open b] the window and [shake b] the pillows.",
        "{b} [tell b] {a} what/PRON [be sg] new in the street.",
    )
    t.pause()
    if t.good:
        t.say(
            "After <few> days , {a} [be a] well again.",
            "The next morning , the <trouble> [be sg] [go pp].",
            "Little by little , {a} [get a] better , and on <day> {a} [get a] up.",
            "{a} [sleep a] for <number> hours and then [jump a] out of bed.",
        )
        t.world.becomes("condition", a, "well")
        t.say(
            "{a} [thank a] {b} with a big bunch of flowers.",
            "{a} [finish a] {book:the} on the same day.",
            "When {b} [come b] again , {a} [talk a] about nothing but/ADP {book:the}.",
            '"a>b {b} [be b] the best doctor of all/PRON ," [say a] {a:name}.',
        )
    else:
        t.say(
            "But/CONJ the <trouble> [get sg] worse , and {a} [miss a] the whole holiday.",
            "But/CONJ the <trouble> [do sg] not [go] away for <number> weeks.",
            "During the night , the <trouble> [grow sg] worse and worse.",
        )
        t.world.becomes("condition", a, "ill")
        t.say(
            "And soon {b} [have b] a <trouble> , too.",
            "{a} [be a] too weak to [hold] {book:the}.",
            "{a} [cannot a] [read] {book:the} , for/CONJ the letters [dance pl] before {a's} eyes.",
            "In the end , {b} [call b] an ambulance.",
        )
    t.closing(a)


def lost_pet(t: Teller) -> None:
    """An animal runs away, and is searched for outdoors."""
    a = t.person("a")
    pet = t.animal("pet", owner=a)
    b = t.person("b", kin=(a, t.dice.choice((CHILD, ADULT))))
    field = t.place("field", words.OUTDOORS)
    ab = t.group("ab", a, b)
    t.opening(a)
    t.say(
        "{a} [live a] with {pet}.",
        "{pet} [follow pet] {a} everywhere.",
        "Every morning , {pet} [wake pet] {a} at (five|six|seven).",
        "{a} [share a] everything with {pet}.",
    )
    t.say(
        "<time> , {pet} [slip pet] through the gate and [be pet] [go pp].",
        "<time> , somebody [leave sg] the door open , and {pet} [disappear pet].",
        "<time> , a loud noise^ [frighten sg] {pet} , and {pet} [disappear pet].",
        "<time> , {a} [call a] and [call a] , but/CONJ {pet:name} [do pet] not [come].",
    )
    t.maybe(
        0.6,
        '"a>b {pet:name} [be pet] [go pp] !" [shout a] {a:name}.',
        '"a>b [will b] {b} [help] {a} [look] ?" [ask a] {a:name}.',
        "{a} [run a] to {b} and [tell a] {b:him} the bad news/NOUN.",
        "Without {pet:name} , the house^ [be sg] terribly quiet.",
    )
    t.say(
        "{ab} [search ab] {field} for <number> hours.",
        "{ab} [go ab] to {field} and [call ab] as loudly as possible.",
        "{b} [think b] of {field} , and there {ab} [begin ab] to [search].",
        "Since {pet:name} [love pet] {field} , {ab} [look ab] there first.",
    )
    t.world.move(ab, field)
    t.ask("Where [do ab] {ab} [look] for {pet:name} ?", field)
    t.say("<weather> , and {ab} [be ab] <worried>.", "<weather>.", "{a} [be a] close to tears.")
    t.maybe(
        0.6,
        "{ab} [meet ab] <sight> , but/CONJ nobody [have sg] [see pp] a <pet-noun>.",
        "{b} [find b] the tracks of a (fox|hare|badger|squirrel) , but/CONJ none of {pet:name}.",
        "{a} [hang a] a note with a picture of {pet:name} on <number> trees.",
        "Something [move sg] in the bushes , but/CONJ it/PRON [be sg] only a <critter>.",
    )
    t.pause()
    if t.good:
        t.say(
            "Then , behind a hedge , {b} [hear b] a noise , and out [come pet] {pet:name}.",
            "At last {a} [see a] {pet:name} under a tree , wet and hungry/ADJ.",
            "Just as/SCONJ {ab} [turn ab] to [go] home , {pet:name} [come pet] towards {ab}.",
            "{pet:name} [be pet] asleep under a bush , as calm as ever.",
        )
        t.world.move(pet, field)
        t.world.becomes("condition", pet, "found")
        t.say(
            "{a} [carry a] {pet:name} home in both/DET arms."
            if pet.noun not in ("pony", "donkey", "goat")
            else "{a} [lead a] {pet:name} home on a rope.",
            "{pet:name} [get pet] a double portion that evening.",
            '"a>pet [do] not ever [do] that/PRON again !" [say a] {a:name} , and [laugh a].',
            "{a} [thank a] {b} <number> times.",
        )
    else:
        t.say(
            "When it/PRON [get sg] dark , {ab} [go ab] home without {pet:name}.",
            "{pet:name} [be pet] nowhere to [be] [see pp].",
            "Nobody [see sg] {pet:name} that day , nor/CONJ the next.",
        )
        t.world.becomes("condition", pet, "lost")
        t.say(
            "The little bed^ of {pet:name} [stay sg] empty.",
            "{a} [leave a] a bowl of water and a lamp at the door , but/CONJ nobody [come sg].",
            "{a} [lie a] awake and [listen a] to every sound.",
            '"b>a Tomorrow {ab} [will ab] [search] again ," [promise b] {b:name}.',
        )
    t.closing(a)


def power_cut(t: Teller) -> None:
    """A storm puts the lights out."""
    t.storm()
    a = t.person("a")
    t.opening(a)
    b = t.person("b", kin=(a, t.dice.choice((CHILD, ELDER))))
    room = t.place("room", [("in", "kitchen"), ("in", "hall"), ("in", "bedroom"), ("in", "study")])
    torch = t.made("torch", ["torch", "lantern", "candle", "oil_lamp"])
    spot = t.spot("spot", room)
    ab = t.group("ab", a, b)
    t.phrase("task", words.HOBBIES)
    t.say("<time> , <weather>.", "<time> , <weather> , and <effect>.")
    t.say(
        "{ab} [sit ab] {@room} and [listen ab] to the wind.",
        "{@room} , {a} [be a] <task ing> , and {b} [be b] half asleep.",
        "{a} [be a] {@room} with {b}.",
    )
    t.world.move(ab, room)
    t.ask("Where [be ab] {ab} ?", room)
    t.say(
        "Suddenly all the lights^ {@room} [go pl] out.",
        "At <hour> , the lamp [flicker sg] , and then everything [be sg] dark.",
        "There [be sg] a crash , and all over <village> the lights^ [go pl] out.",
        "Suddenly {ab} [cannot ab] [see] a thing.",
    )
    t.say(
        '"b>a Where [be sg] {torch:the} ?" [ask b] {b:name}.',
        "{b} [remember b] that there [be torch] {torch:new} {@spot:full}.",
        '"b>a There [be torch] {torch:new} {@spot:full} ," [whisper b] {b:name}.',
        "{a} [need a] a light , and {torch:new} [lie torch] somewhere {@room:name}.",
    )
    t.world.start(torch, spot)
    t.maybe(
        0.7,
        "In the dark , {a} [bump a] into a chair.",
        "{a} [feel a] along the wall and [touch a] <rubbish>.",
        "{b} [begin b] to [sing] so that nobody [feel sg] afraid.",
        "A shutter [bang sg] , and {b} [jump b].",
        "{a} [hold a] {b's} hand.",
    )
    t.pause()
    if t.good:
        t.say(
            "{a} [find a] {torch:the} {@spot:full} and [light a] it/PRON.",
            "At last {a} [feel a] {torch:the} {@spot:full}.",
            "{torch:the} [be torch] {@spot:full} , and soon there [be sg] light {@room:name} "
            "again.",
        )
        t.world.take(a, torch)
        t.ask("Where [be torch] {torch:the} ?", spot)
        t.say(
            "{ab} [tell ab] stories and [eat ab] all the biscuits.",
            "{b} [make b] shadows on the wall : a <critter> , a <bird> and a crocodile.",
            "By the light of {torch:the} , {ab} [play ab] cards until midnight.",
            "{ab} [wrap ab] up in one blanket and [laugh ab] at the thunder.",
        )
    else:
        t.say(
            "But/CONJ {@spot:full} , there [be sg] only <rubbish>.",
            "{a} [look a] {@spot:full} , but/CONJ {torch:the} [be torch] useless , for/CONJ "
            "it/PRON [be sg] broken.",
            "{a} [knock a] over a cup , and the cup [break sg] into <number> pieces.",
        )
        t.say(
            "{ab} [sit ab] in the cold for <number> hours.",
            "Rain [come sg] in through the roof and [drip sg] on the floor.",
            "All the food^ in {a's} fridge [go sg] bad.",
            "{b} [begin b] to [cry] , and {a} [know a] no comfort.",
        )
    t.closing(a)


def garden(t: Teller) -> None:
    """Somebody grows flowers or vegetables; they thrive, or something eats them."""
    a = t.person("a")
    t.opening(a)
    b = t.person("b", kin=(a, t.dice.choice((ADULT, ELDER))))
    garden_place = t.place("garden", [("in", "garden")])
    tool = t.thing("tool", "garden_tool")
    nouns, adjectives = t.dice.choice(words.THINGS["flower"])
    plants = t.several("plants", nouns.split())
    plants.adjective = t.dice.choice(
        [c for c in adjectives.split() if c in words.COLOURS] or ["tall"]
    )
    t.say(
        "In <month> , {a} [plant a] {plants:new} {@garden}.",
        "{a} [have a] {plants:new} {@garden} and [water a] {plants:pro} every day.",
        "There [be plants] {plants:new} {@garden} , and {a} [look a] after {plants:pro}.",
        "{@garden} , {a} [dig a] a bed for {plants:new}.",
    )
    t.world.start(a, garden_place, told=True)
    t.ask("How many <plants-noun> [be pl] there ?", plants.count)
    t.say(
        "{b} [lend b] {a} {tool:new} and some good advice.",
        "{a} [borrow a] {tool:new} from {b}.",
        "{b} , who [know b] everything about flowers , [bring b] {a} {tool:new}.",
    )
    t.world.start(b, garden_place)
    t.world.own(b, tool)
    t.world.give(b, tool, a)
    t.ask("Who [lend sg] {a} {tool:the} ?", b)
    t.say("All week , <weather>.", "<weather>.", "For <number> days , nothing [happen sg].")
    t.maybe(
        0.8,
        "Then {a} [notice a] <few> holes in the leaves.",
        "One morning , a <critter> [sit sg] in the middle of the flower bed.",
        "Weeds^ [grow pl] faster than {plants:the}.",
        "{a} [find a] <number> snails under the leaves.",
        "One day {a} [see a] that some of the leaves [be pl] yellow.",
    )
    t.maybe(
        0.7,
        '"b>a [give] {plants:the} more water ," [say b] {b:name}.',
        "{a} [build a] a little fence out of string and sticks.",
        "{a} [get a] up at (five|six|seven) every morning to [pull] out weeds.",
        "{a} [make a] a scarecrow with an old hat.",
        "With {tool:the} , {a} [work a] until/SCONJ {a's} back [hurt sg].",
    )
    t.pause()
    if t.good:
        t.say(
            "In the end {plants:the} [bloom plants] as never before.",
            "{plants:the} [grow plants] taller than {b}.",
            "{plants:the} [win plants] (first|second|third) prize at the <village> flower show.",
            "People [stop pl] at the fence to [admire] {plants:the}.",
        )
        t.world.becomes("condition", plants, "in bloom")
        t.say(
            "{a} [give a] {b} a big bunch and {tool:the}.",
            "With a bow/NOUN , {a} [hand a] {tool:the} back to {b}.",
        )
        t.world.give(a, tool, b)
    else:
        t.say(
            "One night , the frost [come sg] , and {plants:the} [die plants].",
            "But/CONJ a goat [break sg] through the fence and [eat sg] {plants:the}.",
            "In spite of everything , {plants:the} [wither plants].",
            "A storm [break sg] {plants:the} , one after the other/NOUN.",
        )
        t.world.becomes("condition", plants, "ruined")
        t.say(
            "Not even {b} [can b] [save] a single leaf.",
            "{a} [put a] {tool:the} into a corner and [do a] not [touch] it/PRON again.",
            "Of {plants:the} , only dry stalks^ [be pl] left/ADJ.",
        )
    t.closing(a)


PLOTS = (lost_and_found, dinner, repair, illness, lost_pet, power_cut, garden)
