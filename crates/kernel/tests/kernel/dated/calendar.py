#!/usr/bin/env python3
"""Works out the last days of the dated stories with a calendar that is not ours.

    pip install chinesecalendar        # 1.11.0: State Council notices of 2004 to 2026
    python3 calendar.py                # rewrites what stands after "=" in stories/*.txt
    python3 calendar.py --check        # says what differs

Not run by the tests: its results are part of the stories. A recipe reads

    due CLOCK START + 20w [still FROM..TO …] [ext 10w]

counting from the day after START: w working days, d days, m months, y years, h hours (24 each).
Days that stand still are not counted, both ends included; an extension goes on from the end as
counted. A last day in d, m or y on a rest day moves to the next working day.
"""

import datetime
import pathlib
import re
import sys

from chinese_calendar import is_workday

DAY = datetime.timedelta(days=1)


def day(text):
    return datetime.date.fromisoformat(text)


def months_later(date, months):
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    last = (datetime.date(year + (month == 11), (month + 1) % 12 + 1, 1) - DAY).day
    return datetime.date(year, month + 1, min(date.day, last))


def run(date, limit, still):
    amount, kind = int(limit[:-1]), limit[-1]
    if kind in "my":
        end = months_later(date, amount * (12 if kind == "y" else 1))
        amount, kind = (end - date).days, "d"
    if kind == "h":
        return date + DAY * (amount // 24)
    while amount:
        date += DAY
        if any(begin <= date <= end for begin, end in still):
            continue
        if kind == "d" or is_workday(date):
            amount -= 1
    return date


def work_out(recipe):
    start, plus, limit, *rest = recipe.split()
    assert plus == "+", recipe
    still, limits = [], [limit]
    while rest:
        word, value, *rest = rest
        if word == "still":
            begin, end = value.split("..")
            still.append((day(begin), day(end)))
        else:
            assert word == "ext", recipe
            limits.append(value)
    date = day(start)
    for limit in limits:
        date = run(date, limit, still)
    if limits[-1][-1] in "dmy":
        while not is_workday(date):
            date += DAY
    return date


def main():
    check = "--check" in sys.argv
    differs = False
    for file in sorted(pathlib.Path(__file__).parent.glob("stories/*.txt")):
        lines = file.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines):
            found = re.fullmatch(r"due (\S+) (.*?)(?: = (\S+))?", line)
            if not found:
                continue
            clock, recipe, said = found.groups()
            date = work_out(recipe).isoformat()
            if check and said != date:
                differs = True
                print(f"{file.name}:{number + 1}: {said}, counted {date}")
            lines[number] = f"due {clock} {recipe} = {date}"
        if not check:
            file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.exit(differs)


main()
