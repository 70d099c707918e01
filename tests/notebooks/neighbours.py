"""Texts that have changed places: each reads better beside the other's prediction than beside its own.

Words are compared, the rare ones of the notebook most (TF-IDF and the cosine). A text that fits another place
a little better proves nothing; two that would fit far better the other way round have been swapped.
"""

import collections
import functools
import itertools
import math
import re

# What a pair must gain by changing places: more than any in the notebooks as they are (test_contract.py), and
# no more than those that damage.py swaps (test_damage.py).
CLEARLY = 0.1


@functools.cache
def counted(text):
    """Return how often each word stands in a text, endings taken off."""
    found = re.findall(r"[a-zA-Z]{2,}|\d*\.?\d+", re.sub(r"<[^>]*>", " ", text).lower())
    return collections.Counter(re.sub(r"(ies|es|s|ed|ing)$", "", w) if len(w) > 4 else w for w in found)


@functools.cache
def swapped(groups, texts):
    """Return (name, other name) of each two that read as if they had changed places.

    groups: tuples of (name, text, what stands around it); only texts of one group are compared.
    texts: all texts of the notebook, which say how rare a word is.
    """
    rare, found = rarity(texts), []
    for group in groups:
        vectors = [(name, weighed(text, rare), weighed(around, rare)) for name, text, around in group]
        for (one, a, at_a), (other, b, at_b) in itertools.combinations(vectors, 2):
            if alike(a, at_b) + alike(b, at_a) - alike(a, at_a) - alike(b, at_b) > CLEARLY:
                found.append((one, other))
    return found


def rarity(texts):
    """Return the weight of each word: the rarer, the more."""
    times = collections.Counter(word for text in texts for word in counted(text))
    return collections.defaultdict(
        lambda: math.log(len(texts) + 1),
        {word: math.log((len(texts) + 1) / (n + 0.5)) for word, n in times.items()},
    )


def weighed(text, rare):
    """Return a text as a vector of length 1: {word: weight}."""
    weights = {word: (1 + math.log(n)) * rare[word] for word, n in counted(text).items()}
    length = math.hypot(*weights.values()) or 1
    return {word: weight / length for word, weight in weights.items()}


def alike(one, other):
    """Return the cosine between two texts."""
    return sum(one[word] * other[word] for word in one.keys() & other.keys())
