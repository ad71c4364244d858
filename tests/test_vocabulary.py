"""The tags that ImageNet's classes stand for: complete, without a doubtful one."""

from __future__ import annotations

import pytest

from gallery.vocabulary import class_words, make, read_nouns, vocabulary

WORDS = class_words()
TERMS = {term.name: term for term in vocabulary().terms}
NOUNS = """# a head
0001\tpug\t0010
0002\ttabby\t0011
0003\tcrane\t0012
0010\tdog\t0012
0011\tcat\t0012
0012\tanimal\t
0013\tcrane\t
"""
RULES = {"temperature": 1.0, "least": 0.5, "least_beside_face": 0.8, "most": 4}


def words(tag: str) -> set[str]:
    return {WORDS[number] for number in TERMS[tag].classes}


@pytest.mark.parametrize(
    ("number", "word"),
    [(0, "tench"), (281, "tabby"), (285, "Egyptian cat"), (872, "tripod"), (967, "espresso")],
)
def test_classes_are_in_the_order_of_the_network(number: int, word: str) -> None:
    assert len(WORDS) == 1000
    assert WORDS[number] == word


def test_every_tag_stands_for_something() -> None:
    assert 150 <= len(TERMS) <= 250
    for term in TERMS.values():
        assert term.classes, term.name
        assert len(set(term.classes)) == len(term.classes)
        assert set(term.wider) <= set(TERMS)
        assert term.name not in term.wider
        for wider in term.wider:
            assert set(term.classes) <= set(TERMS[wider].classes), f"{term.name} in {wider}"


@pytest.mark.parametrize(
    ("tag", "wider", "some"),
    [
        ("espresso", ("coffee", "drink", "food"), {"espresso"}),
        ("cat", ("animal",), {"tabby", "Persian cat"}),
        ("beach", ("outdoors",), {"seashore", "sandbar"}),
        ("car", ("vehicle",), {"convertible", "jeep"}),
        ("food", (), {"pizza", "banana", "espresso"}),
    ],
)
def test_some_tags(tag: str, wider: tuple[str, ...], some: set[str]) -> None:
    assert TERMS[tag].wider == wider
    assert some <= words(tag)


@pytest.mark.parametrize(
    "word",
    [
        "gorilla", "chimpanzee", "macaque", "wig", "bikini", "brassiere", "abaya", "kimono",
        "altar", "vestment", "prayer rug", "crutch", "neck brace", "syringe", "rifle", "revolver",
        "prison",
        "guillotine", "military uniform", "suit", "lipstick", "academic gown", "parallel bars",
        "menu", "trilobite",
    ],
)  # fmt: skip
def test_nothing_is_said_about_looks_belief_illness_or_weapons(word: str) -> None:
    assert word in WORDS
    assert [term.name for term in TERMS.values() if word in words(term.name)] == []


def test_places_of_worship_are_buildings_and_no_more() -> None:
    for word in ("church", "mosque", "stupa", "monastery"):
        assert [tag for tag in TERMS if word in words(tag)] == ["building"]


def test_a_vocabulary_is_made_of_both_parts() -> None:
    tags = {
        "animal": {"of": ["animal"], "but": ["crane#0003"]},
        "pet": {"of": ["dog", "cat"], "in": ["animal"]},
        "dog": {"of": ["dog"], "in": ["pet"], "least": 0.7},
    }
    made = make(read_nouns(NOUNS, 3), {"rules": RULES, "tags": tags}, "v")
    assert [(t.name, t.classes, t.wider, t.least) for t in made.terms] == [
        ("animal", (0, 1), (), 0.5),
        ("pet", (0, 1), ("animal",), 0.5),
        ("dog", (0,), ("pet", "animal"), 0.7),
    ]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"of": ["crane"]}, "must mean one synset"),
        ({"of": ["unicorn"]}, "must mean one synset"),
        ({"of": ["dog"], "in": ["pet"]}, "which is none"),
    ],
)
def test_a_slip_in_the_file_is_said(row: dict[str, list[str]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make(read_nouns(NOUNS, 3), {"rules": RULES, "tags": {"x": row}}, "v")
