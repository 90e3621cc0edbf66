"""Other people's text is made harmless, and names, numbers and times are put in words."""

from autograder.text import duration, first_of, number, printable, title


def test_words_for_numbers_times_and_names():
    assert [number(v) for v in (3.0, 2.5, 1 / 3, -2, -0.0, 0, 100)] == ["3", "2.5", "0.33", "−2", "0", "0", "100"]
    assert [duration(s) for s in (0.2, 61, 3600, 93_784, 86_400 * 12)] == [
        "1 second",
        "1 minute 1 second",
        "1 hour",
        "1 day 2 hours",
        "12 days",
    ]
    assert (
        title("ps2_missing_sum") == "Problem set 2: The missing sum"
        and title("ps7_own_words") == "Problem set 7: own words"
    )


def test_of_many_names_the_first_few_are_said():
    assert first_of(["b", "a\n"]) == "a, b" and first_of([]) == ""
    assert (
        first_of(f"file {k:03}" for k in range(300)) == "file 000, file 001, file 002, file 003, file 004 and 295 more"
    )


def test_printable_text_has_one_line_and_no_control_characters():
    assert printable("a\nb\x1b[31m\u202ec") == "a b [31m c"
    assert len(printable("x" * 10_000)) == 300
