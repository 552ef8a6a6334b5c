"""English words and endings whose rates are stylometric features.

Function words tell authors apart whatever the topic; the groups below name the registers in which machine
prose differs most (connectives, evaluations, hedges). Chosen by hand from grammar, not from any corpus.
"""

from __future__ import annotations

from typing import Final

_FUNCTION_WORDS: Final = """
the of and a to in is was it for on with as be by at i that this you he she we they his her its
their my your our from or an are were been have has had do does did not no but if so because while
when where which who what how there here all some any more most other such only very just also then
than into out up down over about after before between through can could will would should may might
must these those them him me us one two even still again now like get got know think really well
back much many every own same both each however thus since until though without within among upon
per via one's something
"""
FUNCTION_WORDS: Final = tuple(_FUNCTION_WORDS.split())

GROUPS: Final = (
    "additionally furthermore moreover consequently therefore thus hence accordingly likewise similarly",
    "however nevertheless nonetheless although despite whereas conversely instead",
    "overall ultimately conclusion summary finally lastly essentially",
    "crucial vital essential significant important key critical pivotal fundamental integral imperative",
    "comprehensive robust effective efficient innovative novel valuable insightful profound remarkable notable",
    "delve tapestry testament underscore underscores underscoring foster fosters fostering embark intricate "
    "nuanced multifaceted realm landscape myriad unwavering bustling vibrant seamless seamlessly",
    "enhance enhances enhancing improve improves ensure ensures ensuring provide provides providing promote "
    "facilitate leverage utilize utilizing demonstrate demonstrates highlight highlights highlighting "
    "showcase",
    "explore explores exploring understanding understand insights approach potential various including",
    "may might could can possibly perhaps likely often typically generally usually tend",
    "very really quite pretty totally absolutely definitely actually basically literally honestly",
    "i me my mine myself im i'm i've i'd i'll",
    "we us our ours ourselves we're we've",
    "you your yours you're you'll you've",
    "he him his she her hers they them their",
    "said says told asked added according reported announced",
    "yeah yes no ok okay lol haha hey oh well damn shit fuck gonna wanna gotta kinda",
    "thing things stuff lot lots guy guys kid kids bit",
    "don't doesn't didn't can't won't isn't wasn't aren't couldn't wouldn't shouldn't haven't",
    "dont doesnt didnt cant wont isnt wasnt im ive thats theres whats u ur",
    "feel feels felt feeling sense seemed seem seems",
    "heart eyes voice breath whispered smile gaze silence shadows darkness light air",
    "world life people time way day years society future individuals experience",
    "it's that's there's he's she's let's what's",
    "first second third firstly secondly thirdly next",
)

_ENDINGS: Final = """
ly ing ed tion ment ness ity ive al ous er est s es able ful ize ized ance ence 's 't 're 'll 've 'd
"""
ENDINGS: Final = tuple(_ENDINGS.split())
