"""Codes by which workers answer without an account (SECURITY R47)."""

import math
import re

import pytest

from app.employer_pays.repayment.codes import InvalidCode, hash_of, new_code, read_code


def test_a_code_is_six_groups_of_four_digits_with_76_random_bits() -> None:
    codes = {new_code() for _ in range(500)}
    assert len(codes) == 500
    assert all(re.fullmatch(r"[0-9]{4}( [0-9]{4}){5}", code) for code in codes)
    assert math.log2(10**23) > 76
    assert len({hash_of(code) for code in codes}) == 500


def test_it_is_read_in_any_script_and_grouping() -> None:
    code = new_code()
    bengali = code.translate({ord("0") + it: 0x09E6 + it for it in range(10)})
    for typed in (code, code.replace(" ", ""), code.replace(" ", "-"), bengali):
        assert read_code(typed) == code


def test_every_mistyped_digit_and_every_swap_of_neighbours_is_found() -> None:
    digits = new_code().replace(" ", "")
    for place in range(24):
        for digit in "0123456789":
            if digit != digits[place]:
                with pytest.raises(InvalidCode):
                    read_code(digits[:place] + digit + digits[place + 1 :])
    for place in range(23):
        one, other = digits[place], digits[place + 1]
        if one != other:
            with pytest.raises(InvalidCode):
                read_code(digits[:place] + other + one + digits[place + 2 :])


@pytest.mark.parametrize("typed", ["", "0" * 23, "0" * 25, "a" * 24, "0" * 24 + "\x00", "½" * 24])
def test_what_is_no_code_is_refused(typed: str) -> None:
    with pytest.raises(InvalidCode):
        read_code(typed)
