"""A font in which every letter is the same bar: text that every machine draws alike."""

import base64
import io
from functools import cache

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

FAMILY = "Bars"
EM, ASCENT, DESCENT = 1000, 800, -200
BAR_TOP, BAR_SIDE = 500, 40
# Letters, marks and arrows; what has no width must not get one.
CHARACTERS = [
    *range(0x21, 0x7F),
    *range(0xA1, 0x2000),
    *range(0x2010, 0x2028),
    *range(0x2030, 0x3000),
]
SPACES = (0x20, 0xA0, 0x2009)
ADVANCES = {"400": 520, "700": 560}


def _glyph(*corners):
    pen = TTGlyphPen(None)
    if corners:
        pen.moveTo(corners[0])
        for corner in corners[1:]:
            pen.lineTo(corner)
        pen.closePath()
    return pen.glyph()


def _font(advance: int) -> bytes:
    left, right = BAR_SIDE, advance - BAR_SIDE
    bar = _glyph((left, 0), (left, BAR_TOP), (right, BAR_TOP), (right, 0))
    font = FontBuilder(EM, isTTF=True)
    font.setupGlyphOrder([".notdef", "space", "bar"])
    font.setupCharacterMap(dict.fromkeys(SPACES, "space") | dict.fromkeys(CHARACTERS, "bar"))
    font.setupGlyf({".notdef": bar, "space": _glyph(), "bar": bar})
    font.setupHorizontalMetrics(
        {".notdef": (advance, left), "space": (advance, 0), "bar": (advance, left)}
    )
    font.setupHorizontalHeader(ascent=ASCENT, descent=DESCENT)
    font.setupOS2(sTypoAscender=ASCENT, sTypoDescender=DESCENT, usWinAscent=ASCENT)
    font.setupNameTable({"familyName": FAMILY, "styleName": "Regular"})
    font.setupPost()
    text = io.BytesIO()
    font.save(text)
    return text.getvalue()


def _face(weight: str, advance: int) -> str:
    font = base64.b64encode(_font(advance)).decode()
    return (
        f"@font-face {{ font-family: {FAMILY}; font-weight: {weight};"
        f" src: url(data:font/ttf;base64,{font}) }}"
    )


@cache
def style() -> str:
    """A style sheet that sets everything in it."""
    faces = [_face(weight, advance) for weight, advance in ADVANCES.items()]
    everything = "*, *::before, *::after, *::placeholder"
    return "\n".join([*faces, f"{everything} {{ font-family: {FAMILY} !important }}"])
