"""What is said at the start when gdsim did not end properly the last time: what is back, and where the details are."""

from __future__ import annotations

import os
from collections.abc import Sequence

from gdsim.app.run_record import Crash
from gdsim.app.settings import Settings
from gdsim.app.settings_file import in_words

FAILED_STARTS = 2
"""So many starts in a row that did not get to the window, and what the tabs showed is no longer trusted."""
_MOST_ANSWERS = 1_000_000_000  # to a topic; what says more is no count, and may have more digits than Python writes


def recovery_note(crashes: Sequence[Crash], settings: Settings, titles: dict[str, str]) -> str:
    """A few sentences; empty when there was no crash.  `titles` names the tabs by their keys."""
    if not crashes:
        return ""
    times = "" if len(crashes) == 1 else f" ({len(crashes)} windows)"
    parts = [f"gdsim did not end properly last time{times}."]
    back = _what_is_back(settings, titles)
    when = in_words(settings.kept_at)
    parts.append(f"{back[:1].upper()}{back[1:]} are as last kept{when}." if back else "Nothing had been kept.")
    for path in dict.fromkeys(path for crash in crashes for path in crash.cleaned):
        whole = "its old content is whole" if os.path.exists(path) else "it was not begun"
        parts.append(f"It was saving {path.name}: {whole}; please save it again.")
    parts.append("Details: Help > Error log.")
    return " ".join(parts)


def _what_is_back(settings: Settings, titles: dict[str, str]) -> str:
    if not settings.text("tab"):
        return ""
    tabs = [title for key, title in titles.items() if settings.tab_state(key)]
    back = ["your settings"]
    if tabs:
        back.append(f"the experiment{'s' if len(tabs) > 1 else ''} in {_listed(tabs)}")
    answers = practice_answers(settings)
    if answers:
        back.append(f"the score of {answers} practice answer{'s' if answers != 1 else ''}")
    return _listed(back)


def practice_answers(settings: Settings) -> int:
    """How many answers the kept score counts."""
    score = settings.mapping("practice").get("score")
    topics = score.get("topics") if isinstance(score, dict) else None
    tallies = topics.values() if isinstance(topics, dict) else ()
    counts = (tally[0] for tally in tallies if isinstance(tally, list) and tally)
    return sum(count for count in counts if type(count) is int and 0 <= count <= _MOST_ANSWERS)


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
