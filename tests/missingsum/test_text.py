"""Sentences begin with a capital letter, unless they begin with a symbol or a function's name."""

from missingsum.text import sentence


def test_a_sentence_begins_with_a_capital_letter_unless_with_a_symbol_or_a_name():
    assert [sentence(t) for t in ("it raises", "a row", "i = j", "softmax_forward is", "")] == [
        "It raises",
        "A row",
        "i = j",
        "softmax_forward is",
        "",
    ]
