"""How many messages a second a council's past mailbox is played at, everything on (`evenhand replay` does the same):

    python -m benchmarks.mailbox [FOLDER] [--runs 3] [--json]

FOLDER: a mailbox as in tests/corpus. Each run plays the whole of it into a store that is thrown away: decisions at
their dates, each message taken in, what is restricted diverted. The weights are loaded before the clock runs; the next
messages are read ahead. Medians. Whatever the machine has, two of its processors are used.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import logging
import tempfile
import time
from pathlib import Path
from statistics import median

import structlog

from benchmarks.speed import PROCESSORS, two_processors
from bot.bootstrap import classifiers
from bot.replay import Replay
from classifiers.training.corpus import CORPUS, script_of

LEAST_A_SECOND = 20.0
MAILBOX = CORPUS / "unseen" / "saltmarsh-district"


def played(mail: Path) -> float:
    """Messages a second, from the first to the last."""
    moments: list[float] = []
    replay = Replay(mail / "council.json", mail / "customers.csv", mail, lambda _: None)
    for _ in replay.run(seen=lambda done, of: moments.append(time.perf_counter())):
        pass
    return (len(moments) - 1) / (moments[-1] - moments[0])


def main() -> None:
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("folder", type=Path, nargs="?", default=MAILBOX)
    told.add_argument("--runs", type=int, default=3)
    told.add_argument("--json", action="store_true", help="figures for machines")
    asked = told.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    two_processors()
    classifiers()
    with tempfile.TemporaryDirectory() as scratch:
        with contextlib.redirect_stdout(io.StringIO()):
            script_of("build").main(asked.folder, Path(scratch))
        rates = [played(Path(scratch)) for _ in range(asked.runs)]
    found, met = median(rates), median(rates) >= LEAST_A_SECOND
    if asked.json:
        figures = {"messages_a_second": round(found, 2), "least": round(min(rates), 2), "most": round(max(rates), 2)}
        print(json.dumps({"figures": figures, "met": {"messages_a_second": met}}, indent=1))
        return
    print(f"{asked.folder.name}, {PROCESSORS} processors, {asked.runs} runs ({min(rates):.1f} to {max(rates):.1f})")
    print(f"{found:8.2f}  messages a second (goal: {LEAST_A_SECOND:.0f})  {'met' if met else 'NOT MET'}")


if __name__ == "__main__":
    main()
