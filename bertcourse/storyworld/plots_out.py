"""Stories that happen out and about: market, journey, picnic, school, contest, first day at "
"work."""

from bertcourse.storyworld import words
from bertcourse.storyworld.teller import Teller

CHILD, ADULT, ELDER = words.KIN_OF_A_CHILD, words.KIN_OF_AN_ADULT, words.ELDERS


def market(t: Teller) -> None:
    """Somebody is sent to the market and may or may not bring home what was wanted."""
    a = t.person("a")
    t.opening(a)
    b = t.person("b", kin=(a, t.dice.choice((ADULT, ELDER))))
    bag = t.thing("bag", "bag")
    fruit = t.several("fruit", words.FRUIT_AND_VEGETABLES)
    t.several("more", words.FRUIT_AND_VEGETABLES)
    bread = t.substance("bread", words.STAPLES)
    stalls = t.place("stalls", [("at", "market"), ("at", "supermarket")])
    home = t.home()
    t.say(
        "<time> , {b} [send b] {a} to {stalls}.",
        "<time> , {b} [ask b] {a} to [go] to {stalls}.",
        '<time> , {b} [say b] : "b>a [can a] {a} [go] to {stalls} for {b} ?"',
        "<time> , {b} [have b] no time to [go] to {stalls} , so/CONJ {a} [go a] instead.",
    )
    t.ask("Who [send sg] {a} to {stalls} ?", b)
    t.world.start(b, home)
    t.say(
        "On the list [be >pl] {fruit} and {bread}.",
        "{b} [want b] {fruit} and {bread}.",
        "{b} [need b] {fruit} , and {bread} as well.",
        '"b>a [bring] {b} {fruit} and {bread} , please ," [say b] {b:name}.',
    )
    t.ask("How many <fruit-noun> [be pl] needed/ADJ ?", fruit.count)
    t.say(
        "{a} [take a] {bag:new} and [set a] out.",
        "With {bag:new} in one hand , {a} [walk a] to {stalls}.",
        "{a} [carry a] {bag:new} , and it/PRON [be sg] not a short way.",
    )
    t.world.own(a, bag, told=True)
    t.world.move(a, stalls)
    t.ask("What [do a] {a} [carry] ?", bag)
    t.say(
        "On the way {a} [see a] <sight>.",
        "On the corner [stand >sg] <sight>.",
        "<weather> , and <effect>.",
        "{@stalls} , there [be pl] so many people that {a} [can a] hardly [move].",
        "The first stall [sell sg] only <birds> in cages.",
    )
    t.world.start(fruit, stalls)
    t.world.start(bread, stalls)
    t.say(
        "{@stalls} , {a} [buy a] {fruit:the} from a <character> woman for <number> coins.",
        "{a} [compare a] the prices and [buy a] {fruit:the} for <number> coins.",
        "{a} [find a] {fruit:the} at the <ordinal> stall and [put a] {fruit:pro} into {bag}.",
        "A farmer in a <colour> apron [sell sg] {a} {fruit:the}.",
    )
    t.world.take(a, fruit)
    t.maybe(
        0.6,
        '"a> How much/PRON [be sg] the <bread-noun> ?" [ask a] {a:name}.',
        "{a} [wait a] in a long queue for the <bread-noun>.",
        "Next , {a} [ask a] for {bread:the}.",
        "The most expensive stall [have sg] the best <bread-noun>.",
    )
    t.pause()
    if t.good:
        t.say(
            "{a} [get a] {bread:the} , too , and {more:new} as a present.",
            "With the last coin , {a} [buy a] {bread:the} , and the seller [add sg] {more:new} "
            "for nothing.",
            "There [be sg] just enough <bread-noun> left/ADJ , and {more:new} [be more] on sale.",
        )
        t.world.take(a, bread)
        t.say(
            "{a} [bring a] everything home and [give a] {b} {fruit:the}.",
            "At home , {a} [hand a] {b} {fruit:the}.",
        )
        t.world.move(a, home)
        t.world.give(a, fruit, b)
        t.maybe(
            0.8,
            '"b>a {a} [have a] [remember pp] everything !" [say b] {b:name}.',
            "{b} [count b] the <fruit-noun> : there [be pl] exactly <fruit-count>.",
            "{b} [thank b] {a} and [cook b] a big soup.",
            "There [be sg] a feast that evening , with <bread-noun> for everybody.",
        )
    else:
        t.say(
            "But/CONJ there [be sg] no <bread-noun> left/ADJ anywhere.",
            "When {a} [ask a] for <bread-noun> , the seller [shake sg] a grey head.",
            "On the way home , {bag:the} [tear bag] , and {fruit:the} [roll fruit] into the street."
            if bag.noun in ("bag", "backpack", "satchel", "rucksack")
            else "On the way home , {a} [stumble a] , and {fruit:the} [roll fruit] into the "
            "street.",
            "Half of the <fruit-noun> [be pl] rotten , but/CONJ {a} [notice a] it/PRON too late.",
        )
        t.say(
            "{a} [come a] home late , and {b} [be b] not pleased at all/PRON.",
            "{a} [go a] home without {bread:the}.",
            '"b>a And where [be bread] {bread:the} ?" [ask b] {b:name} at home.',
        )
        t.world.move(a, home)
        t.maybe(
            0.7,
            "That evening , there [be sg] only thin soup for {b}.",
            "{b} [sigh b] and [go b] to bed hungry.",
            '"a>b {a} [be a] sorry ," [say a] {a:name}.',
        )
    t.closing(a)


STOPS = {"ferry": [("at", "harbour")], "train": [("at", "station")]}


def journey(t: Teller) -> None:
    """Somebody travels to visit somebody; the connection is reached, or missed."""
    a = t.person("a")
    t.opening(a)
    b = t.person("b", kin=(a, t.dice.choice((ADULT, ELDER))))
    train = t.thing("train", "vehicle")
    case = t.thing("case", "bag")
    where = t.place(
        "where",
        STOPS.get(train.noun, [("at", "bus_station"), ("at", "stop")]),
    )
    t.word("town", "PROPN", words.VILLAGES)
    t.word("platform", "NUM", words.NUMBERS)
    t.say(
        "<time> , {a} [set a] out to [visit] {b} in <town>.",
        "{b} [live b] far away , in <town> , and <time> {a} [travel a] there.",
        "<time> , {a} [get a] a letter from {b} : there [be sg] to/PART [be] a party in <town>.",
        "For years , {a} [have a] [want pp] to [see] {b} again , who [live b] in <town>.",
    )
    t.ask("Where [do b] {b} [live] ?", t.writer.bound["town"][1])
    t.say(
        "{a} [pack a] {case:new} with <number> shirts and a present.",
        "{a} [carry a] {case:new} , which [be case] heavier than it/PRON [look case].",
        "In {case:new} [be >pl] warm clothes and <number> sandwiches.",
    )
    t.world.own(a, case, told=True)
    t.ask("What [do a] {a} [take] along ?", case)
    t.say(
        "{@where} , {a} [look a] for platform <platform>.",
        "{a} [come a] to {where} at <hour>.",
        "{@where} , {a} [wait a] among <number> other people.",
    )
    t.world.move(a, where)
    t.say(
        "{train:the} to <town> [be train] (half an hour|<tens> minutes) late.",
        '"a> When [do train] {train:the} to <town> [leave] ?" {a} [ask a] , but/CONJ nobody [know '
        "sg].",
        "Then {a} [notice a] that the ticket^ [be sg] still at home.",
        "There [be sg] a long queue , and the clock [show sg] almost <hour>.",
        "A voice [announce sg] that {train:the} [will train] [leave] from somewhere else/ADV.",
        "<weather> , and {train:the} [be train] nowhere to [be] [see pp].",
    )
    t.maybe(
        0.6,
        "{a} [sit a] next/ADV to <sight>.",
        "A child^ with a <colour> balloon [smile sg] at {a:name}.",
        "{a} [eat a] the last sandwich and [read a] all the posters.",
        "{a} [count a] the minutes.",
        "<weather>.",
    )
    t.pause()
    if t.good:
        t.say(
            "At the last moment , {a} [jump a] on {train:the} , and it/PRON [leave sg].",
            "A friendly <job> [help sg] {a} , and {a} [catch a] {train:the}.",
            "In the end , {train:the} [come train] , and {a} even [get a] a seat by the window.",
        )
        town = t.place("town-place", [("in", "square")])
        t.say(
            "{b} [wait b] {@town-place} of <town> , waving/VERB a <colour> scarf.",
            "{@town-place} of <town> [stand b] {b} with <number> red roses.",
        )
        t.world.move(t.group("ab", a, b), town)
        t.maybe(
            0.8,
            '"b>a {a} [have a] not [change pp] at all/PRON !" [say b] {b:name}.',
            "{b} [laugh b] about the size of {case:the}.",
            "{ab} [have ab] so much to [tell] that midnight [come sg] too soon.",
            '"a>b It/PRON [be sg past] a long journey , but/CONJ here {a} [be a] ," [say a] '
            "{a:name}.",
        )
    else:
        t.say(
            "{a} [run a] as fast as possible , but/CONJ {train:the} [drive train] away."
            if train.noun != "ferry"
            else "{a} [run a] as fast as possible , but/CONJ {train:the} [leave train] the "
            "harbour.",
            "{a} [get a] on the wrong <train-noun> and [end a] up in a strange village.",
            "{a} [fall a] asleep and [miss a] {train:the}.",
            "At <hour> , all journeys^ to <town> [be pl] cancelled.",
        )
        t.say(
            "There [be sg] no other <train-noun> that day.",
            "In <town> , {b} [wait b] and [wait b].",
            "Far away , {b} [put b] the cake back into the cupboard.",
            "{a} [call a] {b} and [say a] that it/PRON [be sg] too late.",
            "{a} [spend a] the night on a bench with {case:the} for a pillow.",
        )
    t.closing(a)


def picnic(t: Teller) -> None:
    """A day outdoors, if the weather holds."""
    t.mild_season()
    a = t.person("a")
    t.opening(a)
    b = t.person("b", kin=(a, t.dice.choice((CHILD, ADULT))))
    field = t.place("field", words.OUTDOORS)
    basket = t.thing("basket", "bag")
    food = t.several(
        "food", ["apple", "pear", "plum", "peach", "cherry:cherries", "tomato:tomatoes"]
    )
    t.substance("bread", ["bread", "cheese", "salad", "cake"])
    ab = t.group("ab", a, b)
    t.phrase("fun", words.OUTINGS)
    t.say(
        "<time> , {a} [want a] to [go] to {field} with {b}.",
        "<time> , {ab} [plan ab] a picnic {@field}.",
        '<time> , {a} [ask a] {b} : "a>b [will b] {b} [come] to {field} with {a} ?"',
        "{b} [have b] never [be pp] to {field} , so/CONJ <time> {a} [take a] {b:him} there.",
    )
    t.say(
        "{a} [fill a] {basket:new} with {food} and {bread}.",
        "In {basket:new} [be >pl] {food} and {bread}.",
        "{b} [carry b] {basket:new} with {food} and {bread} in it/PRON.",
        "There [be pl] {food} and {bread} in {basket:new}.",
    )
    t.ask("How many <food-noun> [be pl] there ?", food.count)
    t.ask("What [be food] {food:the} in ?", basket)
    t.say(
        "{ab} [walk ab] to {field} and [spread ab] a <colour> blanket under a tree.",
        "When {ab} [arrive ab] {@field} , nobody else/ADJ [be sg] there.",
        "{@field} , {ab} [choose ab] a place^ in the shade.",
    )
    t.world.move(ab, field)
    t.ask("Where [be ab] {ab} ?", field)
    t.say(
        "First {ab} [play ab] ball , and then {ab} [begin ab] to <fun>.",
        "{b} [want b] to <fun> , but/CONJ {a} [be a] hungry.",
        "{a} [lie a] down while {b} [be b] <fun ing>.",
        "{ab} [spend ab] an hour <fun ing>.",
        "{b} [teach b] {a} how to <fun>.",
    )
    t.maybe(
        0.7,
        "Then dark clouds^ [come pl] up over {field}.",
        "Then <number> ants [walk pl] across the blanket.",
        "A wasp [sit sg] down on {food:the}.",
        "A <bird> [come sg] closer and closer to {basket:the}.",
        "Suddenly the wind [carry sg] {a's} hat away.",
        '"b>a [do a] {a} [hear] the thunder ?" [ask b] {b:name}.',
    )
    t.pause()
    if t.good:
        t.say(
            "But/CONJ the clouds [pass pl] , and the sun [come sg] out again.",
            "{ab} [laugh ab] about it/PRON and [move ab] the blanket a little.",
            "That/PRON [do sg] not [worry] {ab}.",
        )
        t.say(
            "{ab} [eat ab] everything in {basket:the} down to the last crumb.",
            "{b} [eat b] {food:the} , {a} [eat a] {bread:the} , and nothing [be sg] left/ADJ.",
            "Never [have sg] {bread:the} [taste pp] better.",
            "In the afternoon , {ab} [fall ab] asleep in the grass.",
            "{ab} [stay ab] until/SCONJ the first stars [come pl] out.",
        )
    else:
        t.say(
            "Then rain [pour sg] down , and {ab} [be ab] soaked in a minute.",
            "A dog^ [jump sg] out of the bushes and [eat sg] {food:the}.",
            "While {ab} [be ab] asleep , {food:the} [be food] [eat pp] by a <critter>.",
            "{b} [fall b] over a root and [twist b] an ankle.",
            "{a} [drop a] {basket:the} into a stream.",
            "Within <number> minutes , a storm [break sg] over {field}.",
        )
        t.say(
            "{ab} [go ab] home cold and hungry.",
            "Nobody [say sg] a word on the long way back.",
            '"b>a That/PRON [be sg past] the last picnic of the year ," [say b] {b:name}.',
            "{bread:the} [be bread] wet , and {basket:the} [be basket] [go pp].",
        )
    t.closing(a)


def school(t: Teller) -> None:
    """A piece of homework has to be ready, and something goes wrong with it."""
    t.school_term()
    a = t.person("a")
    t.opening(a, child=True)
    teacher = t.person("teacher")
    t.person("b", kin=(a, words.CLASSMATES))
    work = t.thing("work", "homework")
    room = t.place("room", [("in", "classroom")])
    t.word("lesson", "NOUN", ["art"] if work.noun in words.ARTWORKS else words.SCHOOL_SUBJECTS)
    t.word("deadline", "PROPN", words.DAYS[:5])
    t.phrase("topic", TOPICS)
    t.say(
        "{teacher} [teach teacher] <lesson> in the school at the end of the road.",
        "In <lesson> , the class [have sg] a new teacher/NOUN called/VERB {teacher}.",
        "The best teacher^ in the school [be sg] {teacher} , who [teach teacher] <lesson>.",
    )
    t.ask("What [do teacher] {teacher} [teach] ?", t.writer.bound["lesson"][1])
    t.say(
        "<time> , {teacher} [ask teacher] {a} for {work:new} about <topic>.",
        "<time> , {a} [have a] to [prepare] {work:new} about <topic> for <deadline>.",
        "{a} [need a] {work:new} about <topic> before/ADP <deadline>.",
        "By <deadline> , {a} [have a] to [finish] {work:new} about <topic>.",
    )
    t.ask("What [do a] {a} [have] to [prepare] ?", work)
    t.say(
        "{a} [work a] on it/PRON for <number> evenings.",
        "{a} [know a] nothing at all/PRON about <topic> , so/CONJ {a} [go a] to the library.",
        "{a} [sit a] over {work:the} until/SCONJ {a's} head [ache sg].",
        "{b} [help b] {a} with {work:the} after school.",
        "Everybody else/ADJ [find sg] it/PRON easy , but/CONJ {a} [do a] not.",
    )
    t.maybe(
        0.8,
        "On the way to school , {b} [spill b] juice on {work:the}.",
        "The night before <deadline> , {a} [be a] too <worried> to [sleep].",
        "On <deadline> , {a} almost [forget a] {work:the} at home.",
        '"b>a [be work] {work:the} ready ?" [ask b] {b:name} on <deadline>.',
        "{b's} own <work-noun> [be sg] already [finish pp].",
        "A gust^ of wind [blow sg] {work:the} into a puddle.",
    )
    t.say(
        "{@room} , {a} [stand a] up with red cheeks.",
        "{teacher} [come teacher] into {room} and [look teacher] at {a:name}.",
        "{@room} , everybody [wait sg] to [see] {work:the}.",
        "When {a} [come a] into {room} , {teacher} [be teacher] already there.",
    )
    t.world.move(a, room)
    t.world.own(a, work)
    t.world.start(teacher, room)
    t.maybe(
        0.5,
        "{a} [hand a] {teacher} {work:the}.",
        "{a} [give a] {work:the} to {teacher}.",
        "{teacher} [take teacher] {work:the} and [put teacher] on a pair of glasses.",
    )
    t.pause()
    if t.good:
        t.say(
            '"teacher>a This/PRON [be sg] the best <work-noun> of all/PRON !" [say teacher] '
            "{teacher:name}.",
            "The whole class^ [clap sg] when {a} [have a] [finish pp].",
            "{teacher} [hang teacher] {work:the} on the wall of {room} for everybody to [see]."
            if work.noun in ("drawing", "painting", "collage")
            else "{work:the} [be work] [praise pp] by {teacher:name} in front/NOUN of everybody.",
            "{a} [get a] <number> points , more than anybody else/ADJ.",
        )
        t.say(
            "{b} [be b] the first to [shout] hurray.",
            "After that/PRON , {a} [like a] <lesson> much more than before/ADV.",
            "{a} [run a] all the way home with the good news.",
            "Even {b} [be b] impressed.",
        )
    else:
        t.say(
            '"teacher>a {a} [can a] [do] better than this/PRON ," [say teacher] {teacher:name}.',
            "But/CONJ {a} [forget a] every word and [go a] back to {a's} seat.",
            "{teacher} [shake teacher] {teacher's} head and [ask teacher] {a} to [do] it/PRON "
            "again.",
            "Somebody [laugh sg] , and {a} [cannot a] [say] another word.",
        )
        t.say(
            "{a} [have a] to [stay] an hour longer on <deadline>.",
            "{b} [try b] to [cheer] {a} up , but/CONJ {a} [walk a] home alone.",
            "All that work^ [have sg] [be pp] for nothing.",
            "At home , {a} [throw a] the pencils into a corner.",
        )
    t.closing(a)


TOPICS = [
    "volcanoes", "the moon", "rivers", "honey bees", "old castles", "whales", "the weather",
    "bridges", "trains", "the desert", "penguins", "the Vikings/PROPN", "clouds", "elephants",
    "the North/PROPN Pole/PROPN", "paper", "mushrooms", "windmills", "islands", "dinosaurs",
    "the history of bread", "maps", "butterflies", "glaciers", "the planets", "earthquakes",
]  # fmt: skip


def contest(t: Teller) -> None:
    """A competition, for which somebody has trained."""
    a = t.person("a")
    t.opening(a)
    t.person("b", kin=(a, t.dice.choice((CHILD, ADULT))))
    rival = t.person("rival")
    race = t.dice.chance(0.5)
    t.phrase("stumble", STUMBLES if race else SLIPS)
    t.phrase("overtake", PASSES if race else WINS)
    prize = t.made("prize", ["cup", "medal", "trophy", "hamper", "voucher", "ribbon"])
    where = t.place(
        "where", [("in", "park"), ("in", "stadium"), ("at", "school"), ("in", "square")]
    )
    t.word("event", "NOUN", RACES if race else CONTESTS)
    t.word("town", "PROPN", words.VILLAGES)
    t.world.own(rival, prize)
    t.say(
        "Every year there [be sg] a <event> in <town> , and the winner^ [get sg] {prize:new}.",
        "<time> , {a} [read a] about a <event> in <town>.",
        "{a} [want a] to [win] the great <event> of <town>.",
        '<time> , {b} [say b] : "b>a There [be sg] a <event> in <town> . [take] part !"',
    )
    t.ask("What [be sg] there in <town> ?", t.writer.bound["event"][1])
    t.say(
        "{a} [train a] for <number> weeks , whatever/PRON the weather.",
        "For <number> weeks , {a} [get a] up at (five|six|seven) to [practise].",
        "{b} [help b] {a} to [practise] on <day> and on <day>.",
        "Nobody [believe sg] in {a} except {b}.",
    )
    t.say(
        "The favourite/NOUN [be sg] {rival} , who [have rival] already [win pp] <number> times.",
        "But/CONJ {rival} , the winner of last year , [be rival] there again.",
        "Everybody [be sg] sure that {rival} [will rival] [win].",
        "{rival} [be rival] said/VERB to [be] stronger than anybody else/ADJ.",
    )
    t.ask("Who [be sg] the favourite ?", rival)
    t.say(
        "<number> people [stand pl] {@where} and [wait pl].",
        "{@where} , {a} [get a] the number/NOUN <tens>.",
        "When {a} [come a] to {where} , {a's} knees [shake pl].",
        "{@where} , {b} [call b] out good luck to {a:name}.",
    )
    t.world.move(a, where)
    t.world.start(rival, where)
    t.maybe(
        0.7,
        "At first {a} [be a] only in <ordinal> place/NOUN.",
        "{rival} [begin rival] better than {a}.",
        "After <few> minutes , {a} <stumble a>.",
        "<weather> , which [make sg] everything harder.",
        "{b} [shout b] louder than all the others/NOUN.",
    )
    t.pause()
    if t.good:
        t.say(
            "In the last minute , {a} <overtake a> {rival}.",
            "At the end , {a} [have a] one point more than {rival}.",
            "But/CONJ {rival} [make rival] a mistake , and {a} [win a].",
            "It/PRON [be sg] {a:name} who [win a] , not {rival}.",
        )
        t.ask("Who [win sg] ?", a)
        t.say(
            "{rival} [shake rival] {a's} hand and [give rival] {a} {prize:the}.",
            "{a} [get a] {prize:the} from {rival} , who [be rival] a good loser/NOUN.",
        )
        t.world.give(rival, prize, a)
        t.ask("What [do a] {a} [get] ?", prize)
    else:
        t.say(
            "In the last minute , {rival} <overtake rival> {a}.",
            "At the end , {rival} [have rival] one point more than {a}.",
            "But/CONJ {a} [make a] a mistake , and {rival} [win rival].",
            "{a} [give a] up before/ADP the end , and {rival} [win rival] once more.",
        )
        t.ask("Who [win sg] ?", rival)
        t.say(
            "{rival} [go rival] home with {prize:the} , and {a} with nothing.",
            "So {rival} [keep rival] {prize:the} for another year.",
            "{rival} [hold rival] {prize:the} up and [laugh rival].",
        )
        t.world.told.add(("holder", prize.key))
    t.maybe(
        0.5,
        '"b>a {b} [be b] proud of {a} ," [say b] {b:name}.',
        '"a>b Next year {a} [will a] [be] back ," [say a] {a:name}.',
        "{b} [take b] <number> photographs of {a}.",
    )
    t.closing(a)


RACES = words.listed(
    """
    race regatta swimming_race bicycle_race rowing_race sack_race marathon
    """
)
CONTESTS = words.listed(
    """
    chess_tournament quiz cooking_contest spelling_contest dancing_contest singing_contest
    poetry_contest drawing_contest baking_contest
    """
)
STUMBLES = ["[fall *] behind", "[get *] a stitch", "[slip *] and almost [fall *]", "[slow *] down"]
SLIPS = ["[make *] a mistake", "[lose *] the thread", "[get *] stuck/ADJ", "[begin *] to [doubt]"]
PASSES = ["[overtake *]", "[catch *] up with", "[pass *]"]
WINS = ["[beat *]", "[get *] ahead of", "[score *] more than"]


def first_day(t: Teller) -> None:
    """The first day in a new job."""
    a = t.person("a")
    boss = t.person("boss")
    b = t.person("b", kin=(a, ADULT))
    place = t.place("place", words.WORKPLACES)
    job = t.word("craft", "NOUN", words.JOBS)
    tool = t.thing("gift", "keepsake")
    t.world.own(b, tool)
    home = t.home()
    t.say(
        "{a} [want a] to [be] a <craft> more than anything else/ADJ.",
        "<time> , {a} [begin a] a new job/NOUN as a <craft>.",
        "After <number> months without work , {a} [find a] a job/NOUN as a <craft>.",
        "{a} [have a] just [become pp] a <craft>.",
    )
    t.ask("What [be sg] the job of {a} ?", job)
    t.say(
        "In the morning , {b} [wish b] {a} luck and [give b] {a} {gift:new}.",
        "At breakfast , {b} [give b] {a} {gift:new} as a lucky charm.",
        "Before {a} [leave a] , {b} [hand b] {a:him} {gift:new}.",
    )
    t.world.start(a, home)
    t.world.start(b, home)
    t.world.give(b, tool, a)
    t.ask("What [do b] {b} [give] {a} ?", tool)
    t.ask("Who [give sg] {a} {gift:the} ?", b)
    t.say("<weather> , and <effect>.", "On the way to work , {a} [see a] <sight>.", "<weather>.")
    t.say(
        "{@place} , {a} [meet a] {boss} , who [be boss] known to [be] <character>.",
        "{boss} [show boss] {a} everything {@place}.",
        "{@place} , {boss} [wait boss] for {a}.",
    )
    t.world.move(a, place)
    t.world.start(boss, place)
    t.ask("Where [do a] {a} [work] ?", place)
    t.maybe(
        0.8,
        "There [be pl] <number> rules to [remember] , and {a} [forget a] half of them/PRON.",
        '"boss>a [be] always on time ," [say boss] {boss:name}.',
        "{a} [get a] lost/ADJ twice in the long corridors.",
        "Nobody [tell sg] {a} where the coffee [be sg].",
        "All morning , {a} [have a] to [copy] <tens> lists.",
    )
    t.maybe(
        0.7,
        "{a} [touch a] {gift:the} and [feel a] a little braver.",
        "At lunch , {a} [sit a] next/ADV to <sight>.",
        "At <hour> , {a} [be a] already <weary>.",
        "{a} [hope a] that nobody [notice sg] how <worried> {a} [be a].",
    )
    t.pause()
    if t.good:
        t.say(
            "In the afternoon , {a} [solve a] a problem that/PRON [have sg] [puzzle pp] {boss} "
            "for weeks.",
            '"boss>a {a} [learn a] fast ," [say boss] {boss:name} <kindly>.',
            "At the end of the day , {boss} [praise boss] {a} in front/NOUN of everybody.",
            "Everybody [be sg] friendly , and soon {a} [know a] all the names.",
            "In the afternoon , {a} [be a] [praise pp] by {boss:name} for good ideas.",
        )
        t.say(
            "That evening , {a} [thank a] {b} for {gift:the}.",
            "{a} [be a] sure that {gift:the} [have gift] [bring pp] luck.",
            "{boss} [invite boss] {a} to [stay].",
        )
    else:
        t.say(
            "In the afternoon , {a} [break a] an expensive machine.",
            '"boss>a {a} [be a] too slow ," [say boss] {boss:name} (coldly|sharply|at last).',
            "{a} [arrive a] late after lunch , and {boss} [be boss] angry.",
            "{a} [send a] the wrong letter^ to <number> people.",
        )
        t.say(
            '"boss>a [do] not [come] back tomorrow !" [say boss] {boss:name}.',
            "Not even {gift:the} [bring gift] {a} any luck.",
            "{a} [eat a] lunch alone in the corridor.",
            "{boss} [do boss] not even [say] goodbye.",
        )
    t.closing(a)


PLOTS = (market, journey, picnic, school, contest, first_day)
