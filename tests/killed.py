"""An import that is killed with SIGKILL again and again: at its end every message is logged, and none twice.

python -m tests.killed [--messages 1000] [--kills 200]      or: make killed
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

OPENINGS = (
    "The lamp by the slipway",
    "The bin outside number",
    "The hedge along the school lane",
    "The bench by the church",
)
TROUBLES = ("has been out since Sunday", "was not emptied", "is over the footpath again", "has lost a leg")


def letters(count: int, seed: int) -> list[bytes]:
    """So many different letters from a few dozen people, the same for the same seed."""
    dice = random.Random(seed)
    found = []
    for number in range(count):
        who = dice.randrange(40)
        words = f"{dice.choice(OPENINGS)} {dice.randrange(200)} {dice.choice(TROUBLES)}. This is letter {number}."
        minute = f"{number // 60 % 24:02}:{number % 60:02}"
        found.append(
            (
                f"Received: from mail.example by mx.porthmellin.example; Tue, 3 Mar 2026 {minute}:00 +0000\r\n"
                f"From: Resident {who} <resident{who}@penrose.example>\r\nTo: clerk@porthmellin.example\r\n"
                f"Date: Tue, 3 Mar 2026 {minute}:00 +0000\r\nSubject: {dice.choice(OPENINGS)}\r\n"
                f"Message-ID: <{number}@penrose.example>\r\n\r\nDear Clerk,\r\n\r\n{words}\r\n\r\nResident {who}\r\n"
            ).encode()
        )
    return found


def evenhand(home: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "bot.cli", "--home", str(home), *words]


def run(*, messages: int, kills: int, seed: int, longest: float = 5.0) -> dict[str, int]:
    """Import, killed `kills` times at random moments, then once to the end. What the log holds afterwards."""
    dice = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="evenhand-killed-") as folder:
        mail, home = Path(folder) / "mail", Path(folder) / "home"
        mail.mkdir()
        for number, content in enumerate(letters(messages, seed)):
            (mail / f"{number:05}.eml").write_bytes(content)
        subprocess.run(evenhand(home, "init"), check=True, stdout=subprocess.DEVNULL)
        in_midst = sum(_killed(home, mail, dice.uniform(0.2, longest)) for _ in range(kills))
        subprocess.run(evenhand(home, "import", str(mail)), check=True, stdout=subprocess.DEVNULL)
        subprocess.run(evenhand(home, "audit", "verify"), check=True, stdout=subprocess.DEVNULL)
        printed = subprocess.run(
            evenhand(home, "contact", "list", "--json"), check=True, capture_output=True, text=True
        )
    times = Counter(row["sha256"] for row in json.loads(printed.stdout))
    return {
        "messages": messages,
        "kills": kills,
        "killed_at_work": in_midst,
        "logged": len(times),
        "more_than_once": sum(n > 1 for n in times.values()),
        "lost": messages - len(times),
    }


def _killed(home: Path, mail: Path, after: float) -> bool:
    """Whether the import was still at work when it was killed."""
    child = subprocess.Popen(
        evenhand(home, "import", str(mail)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
    )
    time.sleep(after)
    at_work = child.poll() is None
    child.kill()
    child.wait()
    return at_work


def main() -> None:
    parser = argparse.ArgumentParser(description="kill an import again and again")
    parser.add_argument("--messages", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--longest", type=float, default=5.0, help="seconds until a kill, at most")
    given = parser.parse_args()
    found = run(messages=given.messages, kills=given.kills, seed=given.seed, longest=given.longest)
    print(json.dumps(found))
    if found["lost"] or found["more_than_once"]:
        sys.exit(1)


if __name__ == "__main__":
    main()
