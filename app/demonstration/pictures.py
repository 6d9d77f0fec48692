"""Invented photographs: drawn building sites, so that a demonstration holds no picture of anybody or anywhere."""

from __future__ import annotations

import io
import random

from PIL import Image, ImageDraw, ImageFilter

COUNT = 6


def site_picture(rank: int, size: tuple[int, int] = (1400, 1050)) -> bytes:
    """A JPEG of an imaginary building site; ``rank`` below ``COUNT`` chooses which."""
    draw_of = random.Random(rank)
    width, height = size
    image = Image.new("RGB", size, (214, 226, 232))
    pen = ImageDraw.Draw(image)
    for row in range(height // 2):
        shade = 236 - row * 40 // (height // 2)
        pen.line([(0, row), (width, row)], fill=(shade - 18, shade - 6, shade))
    ground = height * 3 // 4
    pen.rectangle([0, ground, width, height], fill=(168, 148, 122))
    for _ in range(420):
        x, y = draw_of.randrange(width), draw_of.randrange(ground, height)
        tone = draw_of.randint(120, 186)
        pen.ellipse([x, y, x + draw_of.randint(2, 14), y + draw_of.randint(2, 7)], fill=(tone, tone - 14, tone - 34))
    left = 120 + 60 * rank
    floors = 3 + rank % 3
    for floor in range(floors):
        top = ground - (floor + 1) * 170
        pen.rectangle(
            [left, top, left + 760, top + 170], fill=(196 - 6 * floor, 190 - 6 * floor, 182), outline=(120, 116, 110)
        )
        for window in range(5):
            x = left + 50 + window * 142
            pen.rectangle([x, top + 46, x + 84, top + 140], fill=(92, 112, 126), outline=(70, 78, 84))
    for pole in range(left - 30, left + 830, 95):
        pen.line([(pole, ground - floors * 170 - 60), (pole, ground)], fill=(96, 98, 102), width=6)
    for deck in range(floors + 1):
        y = ground - deck * 170 - 20
        pen.line([(left - 40, y), (left + 820, y)], fill=(150, 120, 70), width=12)
    crane = width - 260 + 12 * rank
    pen.line([(crane, 90), (crane, ground)], fill=(214, 158, 40), width=22)
    pen.line([(crane - 560, 120), (crane + 130, 120)], fill=(214, 158, 40), width=16)
    pen.line([(crane - 420, 120), (crane - 420, 320)], fill=(60, 60, 60), width=4)
    pen.rectangle([crane - 460, 320, crane - 380, 372], fill=(130, 60, 50))
    for cone in range(5):
        x = 80 + cone * 230 + 17 * rank
        pen.polygon([(x, ground + 150), (x + 26, ground + 70), (x + 52, ground + 150)], fill=(226, 104, 38))
        pen.rectangle([x + 10, ground + 104, x + 42, ground + 120], fill=(245, 245, 245))
    out = io.BytesIO()
    image.filter(ImageFilter.GaussianBlur(1.1)).save(out, "JPEG", quality=80)
    return out.getvalue()
