"""Word lists of the grammars behind the made-up texts; written for this project, no corpus behind them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words by role, and sentence patterns in which `{noun}`, `{verb}`, ... stand for a word of that role."""

    words: dict[str, tuple[str, ...]]
    human: tuple[str, ...]
    machine: tuple[str, ...]


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split())


ENGLISH = Lexicon(
    words={
        "noun": _split(
            "kettle harbour ladder orchard ferry parcel bicycle neighbour river cellar lantern garden window "
            "market bridge coat hammer pigeon radio kitchen shed fence boat stove blanket pocket ticket "
            "whistle bucket gate meadow station corner cousin engine barrel letter chimney puddle tractor "
            "drawer mirror basket candle tunnel valley saddle button ribbon hedge mill quarry attic oven "
            "notebook sparrow storm plank anchor gravel pump violin bakery lorry wheel carpet jacket willow"
        ),
        "thing": _split(
            "process approach framework strategy solution insight challenge opportunity landscape "
            "foundation outcome resource priority journey environment community initiative experience method "
            "practice principle structure system balance context dynamic element factor impact potential role"
        ),
        "adjective": _split(
            "old rusty narrow wet cheap loud crooked pale heavy quiet broken muddy warm odd steep dusty "
            "little green cold bitter rough early late thin bright soft tall slow careless"
        ),
        "grand": _split(
            "crucial essential robust seamless comprehensive innovative significant diverse vibrant "
            "sustainable effective valuable intricate transformative holistic dynamic notable key profound"
        ),
        "verb": _split(
            "fixed dropped carried painted borrowed lost sold found mended kicked counted hid cleaned "
            "bought measured forgot emptied lifted broke wrapped opened followed shook buried"
        ),
        "act": _split(
            "enhances fosters highlights underscores supports promotes shapes strengthens reflects enables "
            "facilitates ensures encourages drives improves addresses demonstrates provides"
        ),
        "place": _split(
            "barn pier church school depot lake town yard pub cottage beach road forest hill shop"
        ),
        "time": (
            "yesterday",
            "last winter",
            "on Tuesday",
            "that spring",
            "years ago",
            "before lunch",
            "again",
        ),
    },
    human=(
        "I {verb} the {adjective} {noun} behind the {place} {time}.",
        "My {noun} never worked, so {name} {verb} it.",
        "{name} said the {noun} was {adjective}, but I don't think so.",
        "We'd {verb} a {noun} and two {noun}s near the {place}, nobody knew why.",
        "Nope.",
        "It was {adjective} and {adjective}; the {noun} smelled of the {place}.",
        "Why did {name} keep that {noun} in the {place}?",
        "The {place} had a {noun}, a {adjective} one, and when {name} {verb} it {time} we all went there"
        " to see what was left of the {noun}.",
        "He's {verb} worse {noun}s than that, honestly.",
        "In {year} there were {number} {noun}s in {name}'s {place}.",
    ),
    machine=(
        "Moreover, the {thing} {act} a {grand} {thing} for every {thing}.",
        "In addition, this {grand} {thing} {act} the {thing}, the {thing}, and the {thing}.",
        "It is important to note that a {grand} {thing} {act} the overall {thing}.",
        "By embracing a {grand} {thing}, the {thing} {act} both {thing} and {thing}.",
        "Ultimately, the {grand} {noun} serves as a reminder that {thing} {act} {thing}.",
        "Furthermore, each {noun} plays a {grand} role in the {grand} {thing} of the {place}.",
        "This not only {act} the {thing} but also {act} a {grand} {thing}.",
        "Overall, the {thing} of the {noun} {act} a {grand} and {grand} {thing}.",
    ),
)

GERMAN = Lexicon(
    words={
        "noun": _split(
            "Kessel Hafen Leiter Garten Brief Wagen Nachbar Fluss Keller Laterne Fenster Markt Hammer Ofen "
            "Koffer Zettel Eimer Zaun Motor Spiegel Korb Tunnel Sattel Knopf Dachboden Sturm Anker Teppich"
        ),
        "thing": _split(
            "Ansatz Rahmen Prozess Beitrag Aspekt Faktor Zusammenhang Ausgleich Bereich Wandel Fortschritt"
        ),
        "adjective": _split(
            "alte rostige enge nasse billige laute schiefe schwere stille kaputte leere krumme"
        ),
        "grand": _split("entscheidende wesentliche umfassende nachhaltige bedeutende vielfältige innovative"),
        "verb": _split(
            "repariert verloren verkauft gefunden getragen vergessen gestrichen geputzt zerbrochen"
        ),
        "act": _split("fördert stärkt prägt unterstützt verbessert verdeutlicht ermöglicht gewährleistet"),
        "place": _split("Hof Bahnhof Schuppen Wald Laden Acker Steg Dorf"),
        "time": ("gestern", "im Winter", "am Dienstag", "vor Jahren", "nach dem Essen"),
    },
    human=(
        "Ich habe {time} den {noun} am {place} {verb}.",
        "{name} meinte, der {adjective} {noun} sei nichts mehr wert, aber ich glaube das nicht.",
        "Warum hat {name} den {noun} eigentlich {verb}?",
        "Na ja.",
        "Der {noun} war weg, und {name} hatte {time} auch noch den {noun} {verb}.",
        "Im Jahr {year} standen {number} Leute mit einem {noun} vor dem {place} und warteten.",
    ),
    machine=(
        "Darüber hinaus {act} der {grand} {thing} den {thing}, den {thing} und den {thing}.",
        "Es ist wichtig zu beachten, dass der {thing} den {grand}n {thing} {act}.",
        "Zusammenfassend {act} der {grand} {thing} nicht nur den {thing}, sondern auch den {thing}.",
        "Der {noun} spielt dabei eine {grand} Rolle und {act} jeden {thing}.",
    ),
)

LEXICONS = {"en": ENGLISH, "de": GERMAN}
