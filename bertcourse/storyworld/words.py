"""The words of the story world: data, and the few rules that inflect them.

Lists are strings split at blanks, for they are read and added to by people; phrases stand one a
line, and compounds are joined by "_". A word's category says what may be done with it: nobody eats
what is not listed as food. Regular forms come from rules, irregular ones stand beside the word.
"""

from functools import cache
from itertools import chain


def listed(text: str) -> list[str]:
    """The words of a string."""
    return text.split()


# ---------------------------------------------------------------------------------------- people

WOMEN = listed(
    """
    Aiko Alma Amara Amina Anika Anouk Asha Astrid Ayumi Beatriz Bronwyn Camila Carmen Chiara Chiyo
    Clara Dalia Daniela Edith Eleni Elif Elsa Efua Esi Esther Farida Fatou Fiona Freya Gita Greta
    Hana Helga Ida Ilse Imani Inês Ingrid Irina Isla Ivana Jasmin Joana Jolanta Kalina Kamala Katya
    Kiran Lakshmi Leila Lena Lin Linnea Lucia Lupe Mae Magda Mai Malia Marit Marta Mei Meera Mina
    Mira Nadia Naledi Naomi Nia Noor Nuria Oksana Olga Olivia Paloma Petra Pilar Priya Rania Rosa
    Ruth Sade Salma Sana Saskia Shirin Signe Sofia Sonia Soraya Sunita Svetlana Tala Tamar Tara
    Tessa Thandi Ursula Valeria Vera Wanjiru Wilma Xiomara Yara Yasmin Yuki Zainab Zofia Zora
    """
)

MEN = listed(
    """
    Abel Adil Ahmed Akira Alban Amir Anders Andrei Anton Arjun Arturo Bao Bela Bjorn Bruno Carlos
    Casper Chidi Daichi Dario Dev Diego Dmitri Eamon Emil Enzo Erik Faisal Farid Felix Femi Fergus
    Filip Gabriel Goran Gustav Hamid Haruto Hassan Hector Hugo Idris Igor Ismail Ivan Jakub Jamal
    Jan Javier Jin Jonas Jorge Josef Juan Kai Karim Karl Kenji Kofi Kwame Lars Leo Leon Linus Luca
    Lukas Magnus Malik Marco Mateo Matti Miguel Milan Nabil Niklas Nikos Nils Oleg Omar Oscar Otto
    Pablo Pavel Pedro Piotr Rafael Rahul Rashid Ravi Rohan Rory Samir Samuel Sanjay Sean Sergio
    Silas Simon Stefan Sven Taro Teo Tobias Tomas Tunde Umar Victor Viktor Vikram Wei Wen Wojtek
    Yannick Yusuf Zeno
    """
)

VILLAGES = listed(
    """
    Ashford Barrowmere Birchwood Brackenfell Brindle Caldermoor Copperhill Cranwick Dunmere Eastwick
    Elmbridge Fairhaven Fernley Foxcombe Greenhollow Harrowgate Hazelbrook Highmoor Kestrelby
    Larkhill Lindenau Longmead Marlow Millbrook Netherby Northwick Oakvale Otterford Pinecrest
    Ravensdale Redcliff Rookwood Saltmarsh Sandbay Silverdale Stonebridge Thornbury Westerby
    Whitecombe Willowdale
    """
)

PET_NAMES = listed(
    """
    Acorn Basil Biscuit Bramble Button Caramel Cinnamon Clover Coco Comet Cricket Domino Dumpling
    Ginger Hazel Juniper Luna Maple Marble Mango Mischief Mocha Muffin Nutmeg Olive Pebble Pepper
    Pickle Pixel Poppy Pumpkin Rusty Shadow Smudge Socks Sparky Teddy Tofu Truffle Waffle Whiskers
    Ziggy
    """
)

# What somebody may be to somebody else: (when she is, when he is).
KIN_OF_A_CHILD = [
    ("sister", "brother"),
    ("cousin", "cousin"),
    ("friend", "friend"),
    ("neighbour", "neighbour"),
]
CLASSMATES = [("classmate", "classmate"), ("friend", "friend"), ("cousin", "cousin")]
KIN_OF_AN_ADULT = [
    ("sister", "brother"),
    ("cousin", "cousin"),
    ("friend", "friend"),
    ("neighbour", "neighbour"),
    ("colleague", "colleague"),
    ("flatmate", "flatmate"),
]
ELDERS = [
    ("mother", "father"),
    ("aunt", "uncle"),
    ("grandmother", "grandfather"),
]

JOBS = listed(
    """
    baker teacher nurse gardener plumber carpenter dentist florist librarian tailor painter clerk
    cook farmer waiter mechanic pilot electrician potter dancer journalist photographer sailor
    printer builder hairdresser chemist lawyer translator engineer cleaner beekeeper blacksmith
    shepherd
    """
)

# ---------------------------------------------------------------------------------------- things

COLOURS = listed(
    """
    red blue green yellow orange purple pink white black brown grey golden crimson turquoise violet
    """
)

# Category: rows of nouns with the adjectives that go with every one of them; `noun:plural` where it
# is irregular.
THINGS = {
    "keepsake": [
        ("ring bracelet necklace brooch locket medal pendant", "silver bronze golden old pretty"),
        ("key whistle penknife:penknives keyring thimble compass", "small old shiny silver tiny"),
        ("purse wallet", "brown black red leather new old"),
        ("watch marble badge comb", "green blue white little new"),
        ("fan mirror", "painted small pretty round"),
    ],
    "clothing": [
        (
            """coat scarf:scarves hat jacket jumper cap dress shirt cardigan raincoat shawl apron
            waistcoat beret poncho hoodie vest tunic bonnet cape sweater blazer anorak""",
            " ".join(COLOURS),
        ),
    ],
    "toy": [
        ("kite ball balloon frisbee boomerang", "red blue green yellow orange purple striped"),
        ("robot dinosaur boat puppet drum xylophone", "wooden red little new painted green"),
        ("doll teddy_bear rag_doll", "little old big soft"),
        ("scooter skateboard sledge tricycle", "red blue green yellow new fast"),
        ("telescope microscope magnet torch", "new small strong simple"),
        ("puzzle yo-yo spinning_top", "wooden colourful new tricky"),
    ],
    "readable": [
        ("book novel comic biography:biographies", "thick thin funny famous long short"),
        ("atlas dictionary:dictionaries cookbook guidebook", "thick heavy old new useful"),
        ("magazine newspaper catalogue", "old new colourful torn"),
        ("diary:diaries notebook", "red blue green black thin thick"),
    ],
    "workshop_tool": [
        ("hammer saw crowbar", "heavy sturdy rusty new old"),
        ("drill torch pump toolbox", "red green blue new yellow"),
        ("screwdriver spanner chisel soldering_iron", "small large new old"),
    ],
    "garden_tool": [
        ("spade rake shovel pitchfork", "heavy sturdy rusty new old"),
        ("wheelbarrow hose watering_can", "green red yellow new"),
        ("trowel hoe", "small sharp new rusty"),
    ],
    "instrument": [
        ("violin guitar cello harp banjo lute fiddle ukulele mandolin", "old new fine beautiful"),
        ("flute trumpet clarinet saxophone oboe trombone", "shiny polished new old"),
        ("accordion tambourine sitar", "old colourful small fine"),
    ],
    "machine": [
        ("radio kettle toaster lamp fan heater mixer", "old green white grey black red"),
        ("clock alarm_clock typewriter gramophone", "old noisy big brown"),
        ("bicycle lawnmower", "old green red blue heavy"),
        ("washing_machine sewing_machine printer computer camera", "old grey black noisy"),
    ],
    "bag": [
        ("bag backpack satchel rucksack suitcase handbag", "red blue green black yellow grey"),
        ("basket holdall", "red blue green white brown large"),
    ],
    "box": [("box basket bag tin", "red blue green white yellow small")],
    "flower": [
        ("rose tulip carnation dahlia peony:peonies orchid", "red pink white yellow"),
        ("daisy:daisies lily:lilies snowdrop", "white pretty delicate fresh"),
        ("sunflower daffodil marigold buttercup", "yellow golden bright"),
        ("violet iris bluebell hyacinth", "blue purple fragrant"),
    ],
    "vehicle": [("train bus tram ferry:ferries coach minibus", "early late crowded slow")],
    "homework": [
        ("drawing painting collage sculpture", "big colourful beautiful small"),
        ("essay poem report presentation speech", "long short clever careful"),
    ],
}

THINGS["tool"] = THINGS["workshop_tool"] + THINGS["garden_tool"]

FRUIT_AND_VEGETABLES = listed(
    """
    apple pear plum cherry:cherries peach orange lemon banana mango:mangoes fig apricot melon grape
    strawberry:strawberries raspberry:raspberries blueberry:blueberries tomato:tomatoes
    potato:potatoes carrot onion cucumber pepper mushroom pumpkin turnip radish bean aubergine
    courgette leek beetroot cabbage egg walnut chestnut coconut pineapple papaya lime date olive
    """
)

# Things bought by weight or piece, with no plural.
STAPLES = listed(
    """
    bread rice cheese butter flour sugar salt honey milk yoghurt pasta oil jam spinach garlic
    parsley tofu couscous cream vinegar cinnamon coriander basil mint ginger
    """
)

DISHES = listed(
    """
    soup stew curry:curries pie omelette risotto casserole lasagne paella tagine pizza
    quiche goulash moussaka ramen
    """
)

DRINKS = ["tea", "cocoa", "coffee", "lemonade", "juice", "milk", "water"]

TASTES_GOOD = ["delicious", "tasty", "wonderful", "perfect", "excellent", "superb"]
TASTES_BAD = ["salty", "bitter", "burnt", "sour", "awful", "tasteless"]

SCHOOL_SUBJECTS = listed(
    """
    history geography chemistry biology physics mathematics literature astronomy science ecology
    grammar
    """
)

ARTWORKS = ["drawing", "painting", "collage", "sculpture"]

ILLNESSES = ["cold", "fever", "cough", "headache", "toothache", "stomach_ache", "earache"]

# --------------------------------------------------------------------------------------- animals

# (noun, adjectives)
PETS = [
    ("dog", "black brown white spotted shaggy old young friendly lively"),
    ("cat", "black white grey ginger striped fluffy old young shy lazy"),
    ("rabbit", "black white grey brown fluffy small plump"),
    ("puppy:puppies", "black brown white spotted playful tiny clumsy"),
    ("kitten", "black white grey ginger striped tiny playful"),
    ("parrot", "green red grey noisy clever old"),
    ("tortoise", "old slow small patient"),
    ("hamster", "golden brown white plump sleepy"),
    ("goat", "white brown black stubborn hungry young"),
    ("pony:ponies", "brown white black gentle grey shaggy"),
    ("guinea_pig", "brown white spotted plump shy"),
    ("donkey", "grey brown stubborn gentle old"),
    ("duck", "white brown noisy plump"),
    ("lamb", "white black small hungry gentle"),
    ("ferret", "brown white quick curious"),
]

BIRDS = listed(
    """
    blackbird robin sparrow swallow crow magpie pigeon seagull starling thrush finch wagtail jackdaw
    wren
    """
)
CRITTERS = listed(
    """
    squirrel hedgehog frog fox weasel lizard toad hare mole mouse:mice badger
    """
)

# ---------------------------------------------------------------------------------------- places

# (preposition, noun)
ROOMS = [("in", n) for n in ["kitchen", "hall", "study", "living_room", "dining_room", "attic"]]
YARD = [("in", n) for n in ["garden", "garage", "shed", "cellar", "hall", "barn"]]
TOWN = (
    [("in", n) for n in ["library", "museum", "park", "bakery", "bookshop", "café"]]
    + [
        ("at", n)
        for n in listed(
            """
            station market harbour swimming_pool theatre post_office cinema
            """
        )
    ]
    + [("at", n) for n in ["hospital", "zoo", "bus_stop", "bank", "airport", "stadium"]]
    + [("in", n) for n in ["supermarket", "toyshop", "restaurant", "laundrette", "gallery"]]
)
OUTDOORS = [("in", n) for n in ["forest", "park", "meadow", "orchard", "valley"]] + [
    ("on", n) for n in ["beach", "hill", "moor", "island", "pier"]
]
WORKPLACES = [
    ("in", n) for n in ["office", "workshop", "school", "bakery", "library", "hospital", "studio"]
]

# Where a small thing may lie: (preposition, noun, adjectives).
SPOTS = [
    ("in", "drawer", "top bottom left"),
    ("behind", "sofa", "green old brown blue"),
    ("on", "shelf:shelves", "top high low narrow"),
    ("under", "table", "round long old"),
    ("in", "cupboard", "tall small white corner"),
    ("under", "cushion", "red yellow soft velvet"),
    ("on", "windowsill", "wide sunny dusty"),
    ("in", "teapot", "blue old cracked china"),
    ("under", "carpet", "old red Persian"),
    ("behind", "bookcase", "tall heavy old"),
    ("in", "vase", "tall blue empty glass"),
    ("behind", "curtain", "long red heavy"),
    ("under", "bench", "long green wooden"),
    ("in", "wastepaper_basket", "empty green"),
    ("on", "mantelpiece", "marble wide"),
    ("behind", "radiator", "warm old"),
    ("in", "flowerpot", "empty large cracked"),
    ("in", "biscuit_tin", "round old blue"),
    ("under", "armchair", "grey old soft"),
    ("on", "stool", "low three-legged"),
    ("behind", "mirror", "tall golden round"),
    ("in", "sewing_box", "little wooden"),
    ("under", "rug", "striped woollen"),
    ("in", "umbrella_stand", "iron tall"),
    ("on", "sideboard", "dark heavy"),
]

# --------------------------------------------------------------------------- qualities and words

HAPPY = ["happy", "glad", "delighted", "proud", "thrilled", "pleased", "content", "grateful"]
SAD = listed(
    """
    sad unhappy disappointed miserable upset gloomy discouraged heartbroken
    """
)
WORRIED = ["worried", "anxious", "nervous", "uneasy", "tense"]
TIRED = ["tired", "sleepy", "exhausted", "weary", "hungry", "thirsty"]
CALM = ["calm", "patient", "quiet", "thoughtful", "relaxed"]

CHARACTERS = listed(
    """
    patient curious cheerful careful generous shy stubborn honest clever friendly impatient
    forgetful quiet talkative brave modest absent-minded hard-working sensible lively dreamy
    punctual tidy untidy
    """
)

MANNER = listed(
    """
    quickly slowly carefully quietly gently calmly eagerly patiently silently
    """
)
SPEAKING = listed(
    """
    quietly softly gently firmly calmly kindly cheerfully politely slowly loudly
    """
)

NUMBERS = listed(
    """
    two three four five six seven eight nine ten eleven twelve
    """
)
TENS = listed(
    """
    fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty
    """
)
ORDINALS = listed(
    """
    first second third fourth fifth sixth seventh eighth ninth tenth
    """
)
HOURS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"]
MONTHS = listed(
    """
    January February March April May June July August September October November December
    """
)
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
SEASONS = ["spring", "summer", "autumn", "winter"]

# ----------------------------------------------------------------------------------- verb phrases
# `*` is the form that the sentence asks for: "wash the dishes", "washed the dishes", "washing …".
# Square brackets hold verbs, /TAG says what an unlisted word is; see `grammar`.

CHORES = """
[wash *] the dishes
[sweep *] the floor
[water *] the plants
[iron *] the shirts
[peel *] the potatoes
[fold *] the towels
[dust *] the shelves
[polish *] the spoons
[sort *] the post
[mend *] a sock
[clean *] the windows
[make *] the beds
[bake *] some biscuits
[lay *] the table
[feed *] the hens
[chop *] the firewood
[hang *] up the washing
[mop *] the corridor
[rake *] the leaves
[scrub *] the saucepans
[tidy *] the cupboard
[empty *] the bins
[sew *] on a button
[stack *] the plates
[paint *] the fence
[oil *] the hinges
[trim *] the hedge
[knead *] the dough
[pay *] the bills
[light *] the fire
""".strip().splitlines()

HOBBIES = """
[read *] detective stories
[play *] chess
[knit *] socks
[draw *] lighthouses
[paint *] sunsets
[do *] crosswords
[learn *] old songs
[write *] in a diary
[build *] model aeroplanes
[listen *] to the radio
[practise *] the piano
[collect *] stamps
[watch *] films
[sing *] loudly
[carve *] wooden spoons
[study *] the stars
[solve *] riddles
[write *] poems
[plan *] holidays
[sketch *] castles
[play *] cards
[bake *] bread
[dance *] to old records
[juggle *] oranges
[repair *] old watches
[embroider *] handkerchiefs
[invent *] games
[learn *] foreign words
[read *] about volcanoes
[read *] about dinosaurs
[read *] about planets
[dream *] of distant islands
[fold *] paper cranes
[bind *] books
[cook *] for friends
[weave *] carpets
[throw *] pots on the wheel
[grow *] tomatoes on the balcony
[whistle *] marches
[tell *] jokes
""".strip().splitlines()

OUTINGS = """
[fly *] a kite
[pick *] blackberries
[feed *] the ducks
[climb *] a tree
[look *] for shells
[watch *] the birds
[gather *] chestnuts
[ride *] a bicycle
[swim *] in the river
[skip *] stones
[photograph *] butterflies
[chase *] a ball
[build *] a den
[row *] a boat
[catch *] tadpoles
[collect *] feathers
[dig *] for worms
[count *] the sheep
[listen *] to the birds
""".strip().splitlines()

STREET_SIGHTS = """
a busker [play ing] the accordion
a man with a ladder
a woman on a tall bicycle
a boy with a football
a queue of tourists
an empty bus
a delivery van
a girl in yellow boots
a street sweeper
a boy with an ice cream
a painter at an easel
a family with a pram
a jogger in a silver vest
a crowd of schoolchildren
an old couple on a bench
a policewoman on a horse
a gardener with a wheelbarrow
a juggler in a velvet jacket
a postwoman with a heavy bag
a pair of twins in matching hats
a clown with a red nose
a waiter with a full tray
a student under a pile of books
""".strip().splitlines()

SOUNDS = """
a bell [ring *]
a dog [bark *]
a door [slam *]
a baby [laugh *]
somebody [whistle *]
a train [pass *]
an owl [hoot *]
a clock [strike *]
the wind [sigh *]
a tap [drip *]
a neighbour [sing *]
a car [stop *]
a cock [crow *]
a floorboard [creak *]
""".strip().splitlines()

# ---------------------------------------------------------------------------------------- weather

# Kind of weather: statements of it, and what it does to things.
WEATHER = {
    "rainy": [
        "it [rain sg] all day",
        "it [rain sg] so/ADV hard that/SCONJ the gutters [overflow pl]",
        "rain [drum sg] on the roofs",
        "grey clouds [hang pl] over the town and a steady drizzle [fall sg]",
        "it [pour sg] with rain",
        "the puddles in the street [grow pl] deeper and deeper",
        "a cold rain [fall sg] on the hills",
        "heavy drops [splash pl] against/ADP the windows",
    ],
    "snowy": [
        "it [snow sg] without a break",
        "thick snow [cover sg] the roofs",
        "large flakes [drift pl] past the windows",
        "the snow [lie sg] deep in the streets",
        "icicles [hang pl] from the gutters",
        "the fields [be pl] white with snow",
    ],
    "sunny": [
        "the sun [shine sg] brightly",
        "there/PRON [be sg] not a cloud in the sky",
        "the sky [be sg] clear and blue",
        "warm sunshine [fill sg] the streets",
        "the sun [feel sg] warm",
    ],
    "windy": [
        "a strong wind [blow sg] from the sea",
        "the wind [shake sg] the trees",
        "gusts [rattle pl] the shutters",
        "dry leaves [whirl pl] along the pavement",
        "the wind [howl sg] in the chimneys",
        "the flags [flap pl] in the wind",
    ],
    "foggy": [
        "thick fog [cover sg] the valley",
        "the fog [be sg] so/ADV dense that/SCONJ the street lamps [stay pl] lit",
        "mist [rise sg] from the river",
        "the hills [disappear pl] in the fog",
        "a grey mist [hide sg] the rooftops",
    ],
    "hot": [
        "the air [shimmer sg] with heat",
        "the heat [lie sg] heavily on the town",
        "even the pigeons [look pl] for shade",
        "bees [hum pl] lazily over the flowers",
        "the asphalt [be sg] soft in the heat",
        "it [be sg] too hot to [hurry]",
    ],
    "frosty": [
        "frost [glitter sg] on the roofs",
        "the ponds [be pl] frozen",
        "the air [be sg] so/ADV cold that/SCONJ every breath [make sg] a cloud",
        "the grass [crunch sg] with frost",
        "ice [cover sg] the puddles",
    ],
    "stormy": [
        "thunder [roll sg] over the hills",
        "lightning [light sg] up the sky",
        "a storm [come sg] up from the west",
        "dark clouds [race pl] across the sky",
        "hail [rattle sg] on the roofs",
    ],
}

# What somebody does in such weather: finite, agreeing with {a}.
WEATHER_EFFECTS = {
    "rainy": """
        {a} [get a] wet on the way
        {a} [put a] up an umbrella
        {a} [wait a] under an archway for a while
        {a's} shoes [be pl] soaked
        {a} [splash a] through the puddles
        {a} [put a] on rubber boots""",
    "snowy": """
        {a} [put a] on thick mittens
        {a} [leave a] deep footprints
        {a} [shovel a] the path first
        {a} [wear a] two pairs of socks
        {a's} nose [be sg] red with cold""",
    "sunny": """
        {a} [leave a] the umbrella at home
        {a} [open a] all the windows
        {a} [put a] on sunglasses
        {a} [hum a] a tune
        {a} [walk a] on the sunny side of the street""",
    "windy": """
        {a} [hold a] on to the railing
        {a} [lean a] into the wind
        {a} [button a] up to the chin
        {a} [keep a] close to the walls
        {a's} hair [fly sg] in all directions""",
    "foggy": """
        {a} [walk a] slowly
        {a} [can a] hardly [see] the other side of the street
        {a} [carry a] a lantern
        {a} [follow a] the kerb""",
    "hot": """
        {a} [walk a] in the shade
        {a} [drink a] a big glass of water
        {a} [fan a] {a:himself} with a leaflet
        {a} [roll a] up both/DET sleeves""",
    "frosty": """
        {a} [blow a] on cold fingers
        {a} [step a] carefully over the ice
        {a} [wrap a] up well
        {a} [scrape a] the ice from the window""",
    "stormy": """
        {a} [close a] the shutters
        {a} [count a] the seconds between flash and thunder
        {a} [hurry a] along the street
        {a} [bolt a] the back door""",
}
WEATHER_EFFECTS = {
    k: [s.strip() for s in v.strip().splitlines()] for k, v in WEATHER_EFFECTS.items()
}

# ------------------------------------------------------------------------------------ inflection

# lemma:past:participle; "-" marks a doubled last letter (stop: stopped, stopping).
IRREGULAR_VERBS = listed(
    """
    be:was:been have:had:had do:did:done go:went:gone say:said:said tell:told:told come:came:come
    see:saw:seen find:found:found lose:lost:lost give:gave:given take:took:taken put:put:put
    bring:brought:brought buy:bought:bought think:thought:thought know:knew:known feel:felt:felt
    get:got:got keep:kept:kept leave:left:left make:made:made read:read:read write:wrote:written
    sit:sat:sat stand:stood:stood run:ran:run eat:ate:eaten drink:drank:drunk sleep:slept:slept
    speak:spoke:spoken fall:fell:fallen break:broke:broken forget:forgot:forgotten hear:heard:heard
    hold:held:held begin:began:begun let:let:let meet:met:met pay:paid:paid sell:sold:sold
    send:sent:sent show:showed:shown sing:sang:sung spend:spent:spent throw:threw:thrown
    understand:understood:understood wake:woke:woken wear:wore:worn win:won:won hang:hung:hung
    lay:laid:laid lie:lay:lain rise:rose:risen shine:shone:shone blow:blew:blown fly:flew:flown
    grow:grew:grown hide:hid:hidden ride:rode:ridden ring:rang:rung shake:shook:shaken
    swim:swam:swum catch:caught:caught choose:chose:chosen cut:cut:cut draw:drew:drawn
    drive:drove:driven feed:fed:fed build:built:built sweep:swept:swept light:lit:lit sew:sewed:sewn
    dig:dug:dug stick:stuck:stuck swing:swung:swung teach:taught:taught bend:bent:bent
    bite:bit:bitten hurt:hurt:hurt lead:led:led lend:lent:lent mean:meant:meant shut:shut:shut
    spread:spread:spread steal:stole:stolen tear:tore:torn weep:wept:wept wind:wound:wound
    creep:crept:crept freeze:froze:frozen spill:spilt:spilt smell:smelt:smelt strike:struck:struck
    become:became:become bind:bound:bound weave:wove:woven set:set:set hit:hit:hit stick:stuck:stuck
    forgive:forgave:forgiven learn:learnt:learnt dream:dreamt:dreamt burn:burnt:burnt
    fight:fought:fought beat:beat:beaten overflow:overflowed:overflowed overtake:overtook:overtaken
    cost:cost:cost spin:spun:spun slide:slid:slid shrink:shrank:shrunk sink:sank:sunk
    leap:leapt:leapt can:could:could will:would:would
    """
)
DOUBLING = set(
    listed(
        """
        stop plan hug drop hop mop chop trim hum drip flap knit grab nod pat rub skip slam slip step
        stir tap tip trip wag wrap jog beg clap drum chat shop spot fan fit sip pin snap swap travel
        cancel quarrel shovel admit refer regret rot scrub
        """
    )
)
_PAST = {v.split(":")[0]: tuple(v.split(":")[1:]) for v in IRREGULAR_VERBS}
_DOUBLED_ING = set(
    listed(
        """
        get put sit run begin let win cut forget swim shut set dig hit spin
        """
    )
)

IRREGULAR_THIRD = {"have": "has", "be": "is", "can": "can", "will": "will"}


def _adds_es(word: str) -> bool:
    return word.endswith(("s", "x", "z", "ch", "sh"))


def third_person(verb: str) -> str:
    """The form after he, she and it: go → goes."""
    if verb in IRREGULAR_THIRD:
        return IRREGULAR_THIRD[verb]
    if _adds_es(verb) or verb in ("go", "do", "echo", "undo"):
        return verb + "es"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb[:-1] + "ies"
    return verb + "s"


def past_forms(verb: str) -> tuple[str, str]:
    """Past tense and past participle: go → went, gone."""
    if verb in _PAST:
        return _PAST[verb]
    if verb in DOUBLING:
        past = verb + verb[-1] + "ed"
    elif verb.endswith("e"):
        past = verb + "d"
    elif verb.endswith("y") and verb[-2] not in "aeiou":
        past = verb[:-1] + "ied"
    else:
        past = verb + "ed"
    return past, past


def ing_form(verb: str) -> str:
    """The present participle: go → going."""
    if verb in DOUBLING or verb in _DOUBLED_ING:
        return verb + verb[-1] + "ing"
    if verb.endswith("ie"):
        return verb[:-2] + "ying"
    if verb.endswith("e") and not verb.endswith("ee") and verb != "be":
        return verb[:-1] + "ing"
    return verb + "ing"


def plural(noun: str) -> str:
    """The plural of a noun with a regular one: box → boxes."""
    if _adds_es(noun):
        return noun + "es"
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + "s"


def singular_and_plural(entry: str) -> tuple[str, str]:
    """Read `noun` or `noun:plural`."""
    noun, _, irregular = entry.partition(":")
    return noun, irregular or plural(noun)


SAYS_A = (
    "uni",
    "use",
    "usu",
    "eu",
    "one",
    "once",
    "uku",
    "u-",
)  # begin with the sound of "you", "w"
SAYS_AN = ("hour", "honest", "heir", "honour")


def article(following: str) -> str:
    """ "a" or "an", by the sound that the following word begins with."""
    word = following.lower()
    if word.startswith(SAYS_AN):
        return "an"
    return "an" if word[0] in "aeiou" and not word.startswith(SAYS_A) else "a"


# Words that only templates use; those in the lists above need no mention.
TEMPLATE_WORDS = {
    "NOUN": """
        address advice aeroplanes afternoon air ambulance ankle answer answers ants archway arm
        arms asphalt baby balcony bang bars bed beds bees bell bills bin bins bird birds
        birthday biscuit biscuits blackberries blanket boots bowl boy break breakfast breath
        bridge bridges bunch bush bushes busker butterflies button cages cake calendar canal car
        card cards care castle castles chair charm cheeks chess child children chimneys chin
        chocolates chore class clip clothes cloud clouds clown cock coin coins colour comfort
        concert corner corridor corridors couple cousins crack cranes crash critter crocodile
        crosswords crowd crumb cup day days den desert detective dinner directions dishes
        distance doctor door doormat dough drizzle drop drops dust ears earthquakes easel
        elephants end envelope evening evenings eyes face family favourite feast feathers feet
        fence field fields film films finger fingers fire firewood flags flakes flash floor
        floorboard flower flowers fog food foot football footprints forehead fridge friend
        friends friendship frost fun game games gate girl glaciers glass glasses grass ground
        guests gust gusts gutters hail hair hairpin half hand handkerchiefs hands head heat
        hedge help hens hinges history hobby holes holiday holidays horse hour hours house hurry
        ice icicles ideas ink instructions jar job jogger jokes journey journeys joy juggler
        kerb knees knife ladder languages lantern leaf leaflet leaves lesson letter letterbox
        letters life lighthouse lighthouses lightning lights line list lists lot luck lunch
        machine man manner maps marches matters middle midnight mill mind minute minutes mist
        mistake mittens model moment month months moon morning music name names neck neighbour
        neighbours news night noise nose note notices number owl owner page pages pair pairs pan
        pancakes pans paper part party path pavement pencil pencils penguins people person
        photograph photographs piano picnic picture piece pieces pile pillow pillows pity place
        places planets plant plants plate plates platform pocket point points police policewoman
        ponds portion post posters postwoman pot pots pounds pram prices prize problem
        profession promise puddle puddles question queue railing rain recipe records relief rest
        ribbon ribs riddles river rivers road roof roofs rooftops root rope row rules rush salad
        sale sandwich sandwiches saucepans scarecrow schoolchildren scratch screw screws sea
        season seat seconds seller sentences shade shadow shadows sheep shells shoes shop show
        shutter shutters side sight sink size sky sleeves smell smile smoke snails snow sock
        socks song songs sound sounds spider spiders spite spoonful spoons stage stain stalks
        stall stamp stamps stars statue sticks stitch stones stories storm story stove stranger
        stream street streets string student subject success sun sunglasses sunsets sunshine
        sweeper tadpoles tap tear tears telephone thing things thread thunder ticket time times
        tongue tools top tourists towel towels tower town tracks tray tree trees tune turn twins
        umbrella value van verbs village voice volcanoes waffles wall walls wash washing wasp
        way weather weeds week weeks weight west whales wheel wind windmill windmills window
        windows winner wire wires woman word words work worms worries year years
    """,
    "ADJ": """
        afraid angry asleep awake bare blunt braver broken cancelled clear close closer deep
        deeper delivery dense difficult dirty distant double dry expensive faster foggy foreign
        forgotten free frozen great healthy heavier hot ill impressed invited known light lit
        longer lost lucky matching missing neat open polite possible precious present rainy
        relieved rotten rubber rude selfish serious silent silly single soaked steady strange
        stronger such taller tallest terrible tin unknown used useless usual weak weaker wet
        worst
    """,
    "ADV": """
        ahead badly coldly fast forward lazily loud louder neither seldom sharply terribly
    """,
}


@cache
def open_tags() -> dict[str, str]:
    """The part of speech of every noun, adjective and adverb listed in this file."""
    tags: dict[str, str] = {}
    for tag, listed in TEMPLATE_WORDS.items():
        tags |= dict.fromkeys(listed.split(), tag)
    nouns = [
        FRUIT_AND_VEGETABLES,
        STAPLES,
        DISHES,
        DRINKS,
        JOBS,
        ILLNESSES,
        BIRDS,
        CRITTERS,
        SEASONS,
    ]
    nouns += [row[0].split() for rows in THINGS.values() for row in rows]
    nouns += [[noun for noun, _ in PETS], [spot[1] for spot in SPOTS]]
    nouns += [
        [place[1] for place in places] for places in (ROOMS, YARD, TOWN, OUTDOORS, WORKPLACES)
    ]
    for entry in chain.from_iterable(nouns):
        for form in singular_and_plural(entry):
            tags.setdefault(form, "NOUN")
    adjectives = [COLOURS, HAPPY, SAD, WORRIED, TIRED, CALM, CHARACTERS, TASTES_GOOD, TASTES_BAD]
    adjectives += [row[1].split() for rows in THINGS.values() for row in rows]
    adjectives += [
        ORDINALS,
        *(pet[1].split() for pet in PETS),
        *(spot[2].split() for spot in SPOTS),
    ]
    for word in chain.from_iterable(adjectives):
        tags.setdefault(word, "ADJ")
    for word in (*MANNER, *SPEAKING):
        tags.setdefault(word, "ADV")
    return tags
