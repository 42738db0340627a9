"""Words and phrases that templates call by name: <time>, <chore>, <sight>, …"""

from bertcourse.storyworld import words

MONTHS_OF = {
    "winter": ["December", "January", "February"],
    "spring": ["March", "April", "May"],
    "summer": ["June", "July", "August"],
    "autumn": ["September", "October", "November"],
}
WEATHER_OF = {
    "winter": ["snowy", "frosty", "windy", "foggy", "sunny", "snowy", "rainy"],
    "spring": ["sunny", "rainy", "windy", "foggy", "stormy"],
    "summer": ["sunny", "hot", "rainy", "stormy", "sunny"],
    "autumn": ["foggy", "windy", "rainy", "sunny", "stormy"],
}

# Name: (tag, words), or ("", phrases that are templates themselves).
LEXICON: dict[str, tuple[str, list[str]]] = {
    "number": ("NUM", words.NUMBERS),
    "few": ("NUM", words.NUMBERS[:5]),
    "tens": ("NUM", words.TENS),
    "ordinal": ("ADJ", words.ORDINALS),
    "hour": ("NUM", words.HOURS),
    "day": ("PROPN", words.DAYS),
    "job": ("NOUN", words.JOBS),
    "season": ("NOUN", words.SEASONS),
    "manner": ("ADV", words.MANNER),
    "kindly": ("ADV", words.SPEAKING),
    "colour": ("ADJ", words.COLOURS),
    "character": ("ADJ", words.CHARACTERS),
    "glad": ("ADJ", words.HAPPY),
    "sad": ("ADJ", words.SAD),
    "worried": ("ADJ", words.WORRIED),
    "weary": ("ADJ", words.TIRED),
    "calm": ("ADJ", words.CALM),
    "tasty": ("ADJ", words.TASTES_GOOD),
    "horrid": ("ADJ", words.TASTES_BAD),
    "illness": ("NOUN", words.ILLNESSES),
    "bird": ("NOUN", words.BIRDS),
    "birds": ("NOUN", [words.plural(bird) for bird in words.BIRDS]),
    "critter": ("NOUN", [words.singular_and_plural(each)[0] for each in words.CRITTERS]),
    "chore": ("", words.CHORES),
    "hobby": ("", words.HOBBIES),
    "sight": ("", words.STREET_SIGHTS),
    "sound": ("", words.SOUNDS),
    "later": (
        "",
        [
            "a little later",
            "half an hour later",
            "after a while",
            "soon afterwards",
            "a few minutes later",
            "an hour later",
            "after that",
            "then",
            "before long",
        ],
    ),
    "rubbish": (
        "",
        [
            "dust",
            "an old button",
            "a broken pencil",
            "a crumb of cake",
            "a sock",
            "a spider",
            "a lost chess piece",
            "a paper clip",
            "a bus ticket",
            "a dry leaf",
            "a piece of string",
            "a forgotten biscuit",
            "a hairpin",
            "an empty envelope",
        ],
    ),
    "landmark": (
        "NOUN",
        words.listed(
            """
            bridge fountain tower windmill lighthouse statue gate mill castle well
            """
        ),
    ),
    "bun": ("NOUN", ["bread", "cake", "pancakes", "biscuits", "soup", "waffles"]),
    "street": (
        "",
        [
            "in Mill/PROPN Street/PROPN",
            "in Station/PROPN Road/PROPN",
            "in Garden/PROPN Lane/PROPN",
            "in Harbour/PROPN Street/PROPN",
            "in Chestnut/PROPN Avenue/PROPN",
            "in Weaver/PROPN Lane/PROPN",
            "in Castle/PROPN Street/PROPN",
            "near the old bridge",
            "next/ADV to the windmill",
            "behind the town hall",
            "opposite the school",
            "above a bakery",
            "beside the canal",
        ],
    ),
}


def time_phrases(season: str, months: list[str]) -> list[str]:
    """When a story may begin."""
    return [
        "one morning",
        "one afternoon",
        "one <day>",
        "one <day> morning",
        f"one {season} morning",
        f"one {season} day",
        "early one morning",
        "one day after breakfast",
        "on the <ordinal> of <month>",
        "one <day> in <month>",
        "on a/DET <day> in <month>",
        *(f"one day in {month}" for month in months),
    ]
