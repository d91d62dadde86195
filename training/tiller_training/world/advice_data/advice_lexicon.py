"""The part of words.json that advice contributes: topics, caution words, vocabulary."""

from __future__ import annotations

from typing import Any

from ...objectives.words import tokenise
from ..advice_objects import all_object_words
from ..advice_topics import DATA, all_topics

# Lines whose head is part of the grammar and not of the text.
_CAUTION = {
    "stop": "stop halt quit",
    "when": "if when once should as soon",
    "ask": "ask call fetch phone consult",
    "whom": "adult teacher neighbour carpenter plumber doctor nurse expert tailor gardener cook baker mechanic electrician "
    "vet lifeguard parent mother father aunt uncle librarian shopkeeper cobbler ranger guard chemist smith builder farmer "
    "potter painter jeweller butcher porter firefighter coach fisherman",
    "cues": "careful carefully never beware danger dangers dangerous safe safely safer safety caution cautious risk risks risky "
    "warning warned avoid hurt hurts harm injury injure injured accident accidents unsafe wary watchful mishap",
}

# Words of a question: before the verb of the task, after the object, and without meaning.
_QUESTION = {
    "before": "i to you we one me us he she they someone somebody people anyone anybody best safely properly quickly "
    "carefully correctly well about for of with when by at in on not and please even also just actually really ever",
    "end": "in at on for without with when while before after if so that by during using from into safely properly "
    "quickly carefully correctly well alone myself again and or but because as where near under over up to",
    "skip": "a an the my your our his her their its this that these those some any one of out off down "
    "all such very most really please own few two three several pair it them",
}


def advice_lexicon() -> dict[str, Any]:
    """{"topics": [...], "caution": {...}, "question": {...}, "vocabulary": [...]} for JSON. Lists without an order are sorted."""
    return {
        "topics": [
            {
                "id": topic.name,
                "asks": list(topic.asks),
                "about": list(topic.about),
                "steps": [
                    {
                        "verbs": list(step.verbs),
                        "nouns": list(step.nouns),
                        "details": [" ".join(tokenise(detail)) for detail in step.details],
                    }
                    for step in topic.steps
                ],
                "hazards": [list(keys) for keys, _ in topic.hazards],
                "protect": list(topic.protect[0]),
            }
            for topic in all_topics()
        ],
        "caution": {key: sorted(words.split()) for key, words in _CAUTION.items()},
        "question": {key: sorted(words.split()) for key, words in _QUESTION.items()},
        "vocabulary": sorted(_vocabulary()),
    }


def _vocabulary() -> set[str]:
    """Every word of answers and questions, except invented names."""
    words = set(all_object_words())
    for path in [*sorted(DATA.glob("*.topics")), DATA / "phrases.txt"]:
        words.update(tokenise(path.read_text(encoding="utf-8")))
    return words


