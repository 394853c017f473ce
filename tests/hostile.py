"""A thousand odd and hostile messages through `evenhand import`: none lost, no crash, bounded memory.

python -m tests.hostile [--messages 1000]      or: make hostile
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.mail.hostile import hostile


def evenhand(home: Path, *words: str) -> str:
    command = [sys.executable, "-m", "bot.cli", "--home", str(home), *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def run(folder: Path, messages: int) -> dict[str, int]:
    """Import so many; what became of them, and the most memory (MB) that a process of the import took."""
    mail, home = folder / "mail", folder / "home"
    mail.mkdir()
    contents = {content for _, content in hostile(messages)}
    for number, content in enumerate(sorted(contents)):
        (mail / f"{number:04}.eml").write_bytes(content)
    evenhand(home, "init")
    outcome = json.loads(evenhand(home, "import", "--json", str(mail)))
    waiting = json.loads(evenhand(home, "queue", "list", "--json", "--limit", "1000000"))
    logged = len(json.loads(evenhand(home, "contact", "list", "--json")))
    before_a_person = sum(item["contact"] is None for item in waiting)
    evenhand(home, "audit", "verify")
    return {
        "different": len(contents),
        "logged": logged,
        "shunted": outcome.get("shunted", 0),
        "before_a_person": before_a_person,
        "lost": len(contents) - logged - before_a_person,
        "most_memory_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="odd and hostile mail through the command line")
    parser.add_argument("--messages", type=int, default=1000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="evenhand-hostile-") as folder:
        found = run(Path(folder), given.messages)
    print(json.dumps(found))
    if found["lost"] or found["most_memory_mb"] > 1500:
        sys.exit(1)


if __name__ == "__main__":
    main()
