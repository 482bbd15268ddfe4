"""Letters that look alike: a skeleton as of UTS 39, for Latin, Cyrillic and Greek. Pure.

Two texts of one skeleton can be taken for one another. Names are compared without case, so a
letter stands for whatever either of its cases can be taken for (SECURITY R25).
"""

import unicodedata

_LOOK_LIKE = {
    # Cyrillic, capitals and small letters
    "АаӐӑӒӓ": "a", "ВвЬьЪъ": "b", "СсҪҫ": "c", "ԀԁԂԃ": "d", "ЕеЁёЀѐӖӗ": "e", "Ғғ": "f",
    "ԌԍҐґ": "g", "НнҺһңҢӉӊ": "h", "ІіЇїӀӏ": "l", "Јј": "j", "КкҚқҜҝҞҟҠҡ": "k", "Мм": "m",
    "Ии": "n", "ОоӦӧӨө": "o", "РрҎҏ": "p", "Ԛԛ": "q", "Яя": "r", "Ѕѕ": "s", "ТтҬҭ": "t",
    "УуЎўҮүҰұ": "y", "Ѵѵ": "v", "ԜԝԝѠѡШш": "w", "ХхҲҳ": "x", "ЗзӠӡ": "3", "Чч": "4", "Бб": "6",
    # Greek
    "ΑαΆά": "a", "Ββ": "b", "ϹϲͻϽ": "c", "Δδ": "d", "ΕεΈέ": "e", "Ϝϝ": "f", "ΗΉ": "h",
    "ΙιΊίΪϊΐ": "l", "Ϳϳ": "j", "Κκ": "k", "Μ": "m", "Νη": "n", "ΟοΌόσΣς": "o", "Ρρ": "p",
    "Ττ": "t", "υΰύϋ": "u", "ν": "v", "ωώ": "w", "Χχ": "x", "ΥΎΫγ": "y", "Ζζ": "z",
    # Latin letters and digits that stand for others
    "ɑ": "a", "ƅɓ": "b", "ɔ": "c", "ɗđ": "d", "ɡɢ": "g", "ħɦ": "h", "iıɩɪI1|ǀlłʟ": "l", "ȷ": "j",
    "ƙ": "k", "ɴŋ": "n", "0øɵ": "o", "ƿþ": "p", "ʀɾ": "r", "ꜱƽ5": "s", "ŧ": "t", "ʋ": "u",
    "ʏ": "y", "ʐƶ": "z",
}  # fmt: skip
_TABLE = {ord(letter): latin for letters, latin in _LOOK_LIKE.items() for letter in letters}
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"))


def skeleton(text: str) -> str:
    """What the text can be taken for: two with one skeleton look alike.

    In small letters without diacritics; spaces and punctuation stand as they were.
    """
    shown = unicodedata.normalize("NFKC", text).translate(_TABLE).casefold()
    bare = "".join(
        letter
        for letter in unicodedata.normalize("NFD", shown)
        if not (unicodedata.combining(letter) and 0x300 <= ord(letter) <= 0x36F)
    ).translate(_TABLE)
    for pair, single in _PAIRS:
        bare = bare.replace(pair, single)
    return unicodedata.normalize("NFC", bare)
