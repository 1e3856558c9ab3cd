"""Files that are dropped on the window: good, broken, huge, binary, missing."""

from __future__ import annotations

import random
from pathlib import Path

NAMES = (
    "points.csv", "classes.csv", "many_columns.csv", "semicolons.csv", "broken.csv", "gaps.csv", "one_column.csv",
    "empty.csv", "header_only.csv", "one_row.csv", "constant.csv", "extreme.csv", "huge.csv", "binary.csv", "wide.csv",
    "text.csv", "utf16.csv", "missing.csv", "folder", "long_line.csv", "marks.csv", "same_names.csv",
)  # fmt: skip


def write_tables(folder: Path) -> None:
    """All of NAMES but the missing one."""
    rng = random.Random(7)

    def rows(count: int, *makers: object) -> str:
        return "\n".join(",".join(str(make()) for make in makers) for _ in range(count))  # type: ignore[operator]

    def uniform() -> float:
        return round(rng.uniform(-3, 3), 4)

    texts = {
        "points.csv": "x,y\n" + rows(60, uniform, uniform),
        "classes.csv": "a,b,kind\n" + rows(90, uniform, uniform, lambda: rng.choice("rgb")),
        "many_columns.csv": ",".join(f"c{i}" for i in range(9)) + "\n" + rows(40, *[uniform] * 9),
        "semicolons.csv": "x;y\n" + "\n".join(f"{i / 7:.3f};{i * i / 49:.3f}".replace(".", ",") for i in range(40)),
        "broken.csv": 'x,y\n1,2\n3\n4,5,6\n"7,8\n,,,\n\x00\n"',
        "gaps.csv": "x,y,z\n" + rows(40, uniform, lambda: rng.choice(["", "NA", "nan", 1.5]), uniform),
        "one_column.csv": "x\n" + rows(30, uniform),
        "empty.csv": "",
        "header_only.csv": "x,y,z\n",
        "one_row.csv": "x,y\n1,2\n",
        "constant.csv": "x,y\n" + "1,2\n" * 30,
        "extreme.csv": "x,y\n1e308,-1e308\n-1e308,1e308\n5e-324,0\ninf,1\nnan,2\n1,1e999\n",
        "wide.csv": ",".join(f"c{i}" for i in range(400)) + "\n" + rows(5, *[uniform] * 400),
        "text.csv": "Dear sir,\n\nthis is a letter; it has no columns.\n\nYours, A. Monkey\n",
        "long_line.csv": "x,y\n" + "1" * 300_000 + ",2\n",
        "marks.csv": "x,y,validation\n" + rows(40, uniform, uniform, lambda: rng.choice((0, 1))),
        "same_names.csv": "x,x,<b>x</b>\n" + rows(20, uniform, uniform, uniform),
        "huge.csv": "x,y,z\n" + rows(60_000, uniform, uniform, uniform),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    (folder / "binary.csv").write_bytes(rng.randbytes(200_000))
    (folder / "utf16.csv").write_text("x,y\n1,2\n3,4\n", encoding="utf-16")
    (folder / "folder").mkdir()
