#!/usr/bin/env python3
"""demo_pictures.py FEED FOLDER: draws a picture (SVG) for each `/media/...` address of a product feed. What is drawn
follows from the item's category, and everything else from its id: the same feed gives the same files."""

import csv
import hashlib
import pathlib
import random
import sys
from xml.sax.saxutils import escape

NAMED = {"indigo": "#2f3f73", "ash": "#8c8f94", "white": "#f4f2ec", "navy": "#1f2c4d", "black": "#26262a", "cream": "#efe3c4",
         "mint": "#a5d6c1", "ivory": "#ece5d3", "sea green": "#3f8f79", "signal red": "#c3262e", "fog grey": "#a9adb0",
         "lamp yellow": "#f0b429", "deck tan": "#c9a878", "night indigo": "#22264d", "rust brown": "#8a4b2a", "pearl white": "#f3efe6"}


class Picture:
    """One drawing of 400 by 400, with random choices and colours of its own."""

    def __init__(self, seed):
        self.random = random.Random(hashlib.sha256(seed.encode()).digest())
        self.hue = self.random.randrange(360)
        self.parts = []

    def colour(self, turn=0, saturation=55, light=55):
        return f"hsl({(self.hue + turn) % 360} {saturation}% {light}%)"

    def put(self, tag, text=None, **attributes):
        written = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in attributes.items())
        self.parts.append(f"<{tag}{written}/>" if text is None else f"<{tag}{written}>{escape(text)}</{tag}>")

    def path(self, d, fill, **more):
        self.put("path", d=d, fill=fill, **more)

    def ellipse(self, x, y, rx, ry, fill, **more):
        self.put("ellipse", cx=x, cy=y, rx=rx, ry=ry, fill=fill, **more)

    def box(self, x, y, width, height, fill, **more):
        self.put("rect", x=x, y=y, width=width, height=height, fill=fill, **more)

    def words(self, x, y, size, text, fill, **more):
        self.put("text", text, x=x, y=y, font_size=size, fill=fill, text_anchor="middle", font_family="Georgia,serif", **more)

    def backdrop(self):
        self.parts.append(f'<radialGradient id="b" cy=".35" r=".8"><stop stop-color="{self.colour(180, 30, 97)}"/>'
                          f'<stop offset="1" stop-color="{self.colour(180, 25, 84)}"/></radialGradient>')
        self.box(0, 0, 400, 400, "url(#b)")
        self.ellipse(200, 352, 130, 16, self.colour(180, 20, 70), opacity=".6")

    def svg(self, label):
        return ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400" width="400" height="400" role="img">'
                f"<title>{escape(label)}</title>" + "".join(self.parts) + "</svg>\n")


def head(picture, x, y, size, turned):
    """A face with hair, as figures have it."""
    hair, skin = picture.colour(picture.random.choice((0, 40, 200)), 45, picture.random.choice((25, 45, 70))), "#f6dcc6"
    picture.ellipse(x, y - size * .08, size * 1.12, size * 1.14, hair)
    if picture.random.random() < .6:  # tails on both sides
        for side in (-1, 1):
            picture.path(f"M{x + side * size * .9:.0f} {y - size * .5:.0f}q{side * size * 1.1:.0f} {size * .9:.0f} {side * size * .2:.0f} {size * 2.3:.0f}"
                         f"q{-side * size * .6:.0f} {-size:.0f} {-side * size * .5:.0f} {-size * 2:.0f}z", hair)
    picture.ellipse(x, y + size * .1, size * .82, size * .86, skin)
    picture.path(f"M{x - size * .9:.0f} {y:.0f}q{size * .2:.0f} {-size:.0f} {size * .9:.0f} {-size * .95:.0f}t{size * .9:.0f} {size * .95:.0f}"
                 f"q{-size * .5:.0f} {-size * .5:.0f} {-size * .9:.0f} {-size * .42:.0f}t{-size * .9:.0f} {size * .42:.0f}z", hair)
    eye = picture.colour(120, 60, 35)
    for side in (-1, 1):
        ex = x + side * size * .34 + turned * size * .1
        picture.ellipse(f"{ex:.0f}", f"{y + size * .22:.0f}", f"{size * .12:.1f}", f"{size * .19:.1f}", eye)
        picture.ellipse(f"{ex + 2:.0f}", f"{y + size * .15:.0f}", f"{size * .05:.1f}", f"{size * .06:.1f}", "#fff")


def figure(picture, item, view):
    lean = picture.random.randint(-14, 14) * (-1 if view else 1)
    dress, trim = picture.colour(0, 50, 45), picture.colour(40, 60, 75)
    picture.ellipse(200, 346, 92, 20, picture.colour(200, 20, 30))
    picture.ellipse(200, 340, 92, 20, picture.colour(200, 20, 45))
    for side in (-1, 1):
        picture.path(f"M{200 + side * 14} 250l{side * 8} 88h{-side * 16}l{-side * 4}-88z", "#f6dcc6")
    x = 200 + lean
    flare = picture.random.randint(58, 92)
    picture.path(f"M{x - 24} 165h48l{flare - 24} 100q{-flare} 26 {-2 * flare} 0z", dress)
    picture.path(f"M{x - flare} 258q{flare} 26 {2 * flare} 0l3 10q{-flare - 3} 26 {-2 * flare - 6} 0z", trim)
    for side in (-1, 1):
        raised = picture.random.choice((-62, 20, 60))
        picture.path(f"M{x + side * 22} 172l{side * 52} {raised}", "none", stroke=dress, stroke_width=17, stroke_linecap="round")
        picture.ellipse(x + side * 76, 172 + raised, 9, 9, "#f6dcc6")
    head(picture, x, 118, 44, view)


def small_figure(picture, item, view):
    body = picture.colour(0, 55, 55)
    picture.path("M158 268q42-26 84 0l14 66q-56 22-112 0z", body)
    for side in (-1, 1):
        picture.path(f"M{200 + side * 44} 276l{side * 34} 24", "none", stroke=body, stroke_width=18, stroke_linecap="round")
    head(picture, 200, 186, 84, view)


def plush(picture, item, view):
    fur, belly = picture.colour(0, 45, 68), picture.colour(20, 55, 88)
    ear = picture.random.choice((34, 70))
    for side in (-1, 1):
        picture.ellipse(200 + side * 52, 120 - ear / 2, 22, ear, fur)
        picture.ellipse(200 + side * 52, 330, 34, 22, fur)
    picture.ellipse(200, 264, 88, 80, fur)
    picture.ellipse(200, 276, 56, 54, belly)
    picture.ellipse(200, 168, 84, 74, fur)
    for side in (-1, 1):
        picture.ellipse(200 + side * 30, 160, 8, 10, "#2a2326")
        picture.ellipse(200 + side * 50, 184, 13, 8, picture.colour(0, 70, 75))
    picture.path("M192 180q8 8 16 0M200 178v6", "none", stroke="#2a2326", stroke_width=3, stroke_linecap="round")


def robot(picture, item, view):
    main, second = picture.colour(0, 25, 85), picture.colour(0, 65, 45)
    dark = "#3a3f4a"
    for side in (-1, 1):
        for x, y, w, h, fill in ((20, 240, 36, 62, main), (18, 300, 44, 40, second), (62, 118, 46, 52, second), (70, 170, 30, 84, main), (72, 254, 26, 26, dark)):
            picture.box(200 + side * x - (w if side < 0 else 0), y, w, h, fill, rx=5)
    picture.path("M148 120h104l-12 76 8 48h-96l8-48z", main)
    picture.path("M164 132h72l-10 40h-52z", second)
    picture.box(176, 72, 48, 46, main, rx=8)
    picture.box(182, 90, 36, 9, picture.colour(160, 90, 55))
    picture.path("M200 78l-34-30 26 34zM200 78l34-30-26 34z", picture.colour(50, 80, 55))
    if picture.random.random() < .6:
        picture.path("M306 300l34-210 8 2-26 212z", dark)


def vehicle(picture, item, view):
    body, band = picture.colour(0, 50, 55), picture.colour(0, 45, 88)
    picture.box(40, 318, 320, 8, "#6f6a63")
    for x in range(48, 356, 22):
        picture.box(x, 324, 10, 8, "#4b463f")
    picture.path("M52 190q0-26 26-26h244q26 0 26 26v104h-296z", body)
    picture.box(52, 246, 296, 18, band)
    for x in range(76, 316, 52):
        picture.box(x, 186, 38, 44, "#dcebf2", rx=5)
    for x in (96, 142, 258, 304):
        picture.ellipse(x, 304, 17, 17, "#3b3a3d")
        picture.ellipse(x, 304, 7, 7, "#a5a5a8")


def jar(picture, item, view):
    fill = NAMED.get(item["color"], picture.colour())
    picture.box(142, 96, 116, 48, "#34363c", rx=8)
    picture.path("M150 144h100q24 22 24 60v118q0 22-22 22h-104q-22 0-22-22v-118q0-38 24-60z", fill, stroke="#0003", stroke_width=3)
    picture.box(126, 226, 148, 66, "#fff", opacity=".92")
    picture.words(200, 266, 24, item["color"] or "hobby", "#333")


def book(picture, item, view):
    title, *rest = item["title"].split(",")
    cover = picture.colour(0, 45, 38)
    picture.path("M104 70h196v272h-196z", cover)
    picture.path("M300 70l14 10v268h-200l-10-6h196z", "#f3efe2")
    picture.box(104, 70, 14, 272, "#0003")
    for _ in range(5):
        picture.ellipse(picture.random.randint(140, 280), picture.random.randint(150, 320), picture.random.randint(12, 46), picture.random.randint(12, 46),
                        picture.colour(picture.random.choice((30, 60, 200)), 60, 62), opacity=".7")
    for line, words in enumerate(wrapped(title, 16)[:3]):
        picture.words(210, 112 + 26 * line, 22, words, "#fff")
    if rest:
        picture.words(210, 326, 24, rest[0].replace("volume", "").strip(), "#fff")


def disc(picture, item, view):
    picture.box(70, 84, 230, 230, picture.colour(0, 40, 32))
    picture.ellipse(278, 210, 92, 92, "#dfe3ea", stroke="#9aa2b0", stroke_width=2)
    picture.ellipse(278, 210, 60, 60, "none", stroke="#fff", stroke_width=8, opacity=".7")
    picture.ellipse(278, 210, 16, 16, picture.colour(180, 25, 84))
    picture.box(70, 84, 170, 230, picture.colour(0, 40, 40))
    for line, words in enumerate(wrapped(item["title"], 14)[:4]):
        picture.words(155, 130 + 24 * line, 19, words, "#fff")


def shirt(picture, item, view):
    cloth = NAMED.get(item["color"], picture.colour())
    picture.path("M142 84l-80 50 30 58 32-18v168h152v-168l32 18 30-58-80-50q-18 26-58 26t-58-26z", cloth, stroke="#0003", stroke_width=3)
    picture.path("M142 84q18 26 58 26t58-26l-10-6q-14 18-48 18t-48-18z", "#0002")
    if not view:
        picture.ellipse(200, 196, 42, 42, picture.colour(0, 60, 60))
        picture.path("M176 206q24-58 48 0q-24 30-48 0z", picture.colour(60, 70, 85))
    if item["size"]:
        picture.words(200, 328, 20, item["size"], "#8888")


def cards(picture, item, view):
    for turn in (-16, -5, 6, 17):
        picture.parts.append(f'<g transform="rotate({turn} 200 380)">')
        picture.box(132, 110, 136, 192, "#fdfbf4", rx=10, stroke="#0002")
        picture.box(144, 124, 112, 96, picture.colour(turn * 5, 55, 60), rx=4)
        picture.ellipse(200, 172, 30, 30, picture.colour(turn * 5 + 60, 70, 80))
        for y in (238, 256, 274):
            picture.box(148, y, 104, 6, "#cfc9bb")
        picture.parts.append("</g>")


def pistol(picture, item, view):
    metal = picture.colour(200, 8, 32)
    picture.path("M70 150h240q14 0 14 14v26h-150l-8 30h-40l-22 104h-64l34-132q-14-6-14-22z", metal)
    picture.path("M150 192h-34l-20 120h34z", "#7a4f2f")
    picture.path("M176 206q0 36-30 36", "none", stroke=metal, stroke_width=8)
    picture.box(86, 160, 210, 7, "#fff", opacity=".25")


def furniture(picture, item, view):
    wood = picture.colour(0, 32, 48) if "glass" in item["title"] else "#b07a45"
    picture.box(110, 70, 180, 264, wood, rx=4)
    picture.box(122, 82, 156, 240, "#eef3f4")
    for y in (158, 238):
        picture.box(122, y, 156, 8, wood)
    for x, y in ((150, 158), (200, 158), (244, 238), (168, 322)):
        picture.path(f"M{x - 12} {y}l6-34h12l6 34z", picture.colour(x, 50, 60))
        picture.ellipse(x, y - 42, 10, 10, picture.colour(x + 40, 40, 75))


def goods(picture, item, view):
    kind = picture.random.randrange(3)
    main, light = picture.colour(0, 50, 55), picture.colour(40, 60, 82)
    if kind == 0:  # a stand of clear acrylic
        picture.ellipse(200, 338, 84, 16, "#dfe9ee", stroke="#b8c6cc")
        picture.path("M140 90q60-44 120 0l20 150-50 92h-60l-50-92z", "#fff", opacity=".75", stroke="#b8c6cc", stroke_width=3)
        head(picture, 200, 150, 42, view)
        picture.path("M164 206h72l14 92h-100z", main)
    elif kind == 1:  # a mug
        picture.path("M270 160q62 0 62 56t-66 62", "none", stroke=main, stroke_width=20)
        picture.path("M112 126h168l-12 194q-2 20-22 20h-100q-20 0-22-20z", main)
        picture.ellipse(196, 126, 84, 16, light)
        picture.ellipse(196, 232, 40, 40, light)
    else:  # printed cloth
        picture.box(96, 56, 208, 12, "#7a5a3a", rx=6)
        picture.box(108, 68, 184, 262, light)
        for _ in range(9):
            picture.ellipse(picture.random.randint(130, 270), picture.random.randint(96, 306), picture.random.randint(10, 30), picture.random.randint(10, 30),
                            picture.colour(picture.random.choice((0, 30, 150)), 55, 60), opacity=".8")


def lamp(picture, item, view):
    picture.path("M150 110h100l26 150h-152z", picture.colour(45, 85, 72), stroke="#0002", stroke_width=3)
    picture.box(164, 92, 72, 20, "#3c4048", rx=6)
    picture.box(116, 260, 168, 64, "#3c4048", rx=12)
    picture.ellipse(200, 292, 13, 13, picture.colour(120, 70, 60))
    picture.path("M170 92q30-60 60 0", "none", stroke="#3c4048", stroke_width=8)


def wrapped(text, width):
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


DRAWN = (("Figures > Small", small_figure), ("Figures > Trading", small_figure), ("Figures", figure), ("Dolls", figure), ("Plush", plush),
         ("Model kits > Robots", robot), ("Model kits > Paint", jar), ("Model kits", vehicle), ("Books", book), ("Music", disc), ("Apparel", shirt),
         ("Cards", cards), ("Hobby", pistol), ("Furniture", furniture), ("Goods > Electronics", lamp), ("", goods))


def drawing(item, view):
    original = item["id"].split("-R")[0]  # a pre-owned piece looks like the new one
    picture = Picture(item["item_group_id"] or original)
    picture.backdrop()
    next(draw for category, draw in DRAWN if item["product_type"].startswith(category))(picture, item, view)
    return picture.svg(item["title"])


def main():
    feed, folder = map(pathlib.Path, sys.argv[1:])
    folder.mkdir(parents=True, exist_ok=True)
    with feed.open(encoding="utf-8", newline="") as lines:
        for item in csv.DictReader(lines, delimiter="\t"):
            for view, address in enumerate([item["image_link"], *item["additional_image_link"].split(",")]):
                if address.startswith("/media/"):
                    (folder / pathlib.PurePosixPath(address).name).write_text(drawing(item, view), encoding="utf-8")


main()
