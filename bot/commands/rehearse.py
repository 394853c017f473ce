"""`evenhand rehearse`: one case and three requests to their ends, in a rehearsal store, with all their papers."""

from __future__ import annotations

import contextlib
import csv
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.door import Door, leaf
from bot.commands.policy_mistakes import mistakes
from bot.rehearsal import papers, requests, story
from bot.rehearsal.cast import Cast
from bot.rehearsal.play import Play
from config.load import load_policy
from models.errors import Refused
from models.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Callable

DOMAIN = "porthmellin.example"
LETTERHEAD = f"""
[letters]
address = ["The Guildhall", "1 Quay Street", "Porthmellin"]
telephone = "01632 960100"
email = "clerk@{DOMAIN}"
"""
FILE_NAME = "evenhand.toml"
MARK = ".evenhand-rehearsal"


@leaf(
    "rehearse",
    click.option(
        "--out", type=click.Path(path_type=Path), default=Path("out/rehearsal"), show_default=True, help="Where."
    ),
    click.option("--policy", default="saltash", show_default=True, help="The policy to play under: a name, or a file."),
    click.option("--database", default="", help="An empty PostgreSQL database for its store, as a URL; else SQLite."),
    click.option("--quiet", is_flag=True, help="Do not print the commands that are played."),
    help="Play one case from report to lifting, and FOI, EIR and SAR requests to their ends; keep the papers.",
)
def rehearse(door: Door, *, out: Path, policy: str, database: str, quiet: bool) -> None:
    policy = str(Path(policy).resolve()) if policy.endswith(".toml") else policy
    Cast.of(_that_can_be_played(policy))
    _make_room(out)
    cli = _cli()
    home = out / "store"
    with contextlib.redirect_stdout(None):
        cli(
            [
                "init",
                "--home",
                str(home),
                "--rehearsal",
                "--council",
                _council(policy),
                "--domain",
                DOMAIN,
                "--policy",
                policy,
                *(("--database", database) if database else ()),
            ]
        )
    _give_it_an_address(home / FILE_NAME)
    play = Play(home, out, domain=DOMAIN, cli=cli, told=lambda words: None if quiet else click.echo(words, err=True))
    cast = Cast.of(play.policy)
    story.the_people(play)
    story.the_meetings(play, cast)
    tracks = (
        requests.eir,
        requests.foi,
        requests.foi_cost,
        requests.asked_first,
        requests.sar,
        requests.dp_complaint,
        papers.cautionary,
    )
    play.stories(story.conduct(play, cast), *(track(play, cast) for track in tracks))
    papers.everything(play)
    (out / "commands.txt").write_text("".join(f"{line}\n" for line in play.said), encoding="utf-8")
    answer = _figures(out)
    door.show(answer, _told(answer, out))


def _that_can_be_played(name: str) -> Policy:
    found, policy = mistakes(name)
    if policy is None:
        raise Refused(
            f"{len(found)} things are wrong with this policy, and it cannot be played: `evenhand policy check {name}` "
            "tells each"
        )
    return policy


def _council(policy: str) -> str:
    """A name that fits the kind of council whose policy is played."""
    kind = load_policy(policy).procedure.council.kind
    kinds = {"town": "Town Council", "parish": "Parish Council", "community": "Community Council"}
    return f"Porthmellin {kinds.get(kind, 'Council')}"


def _cli() -> Callable[[list[str]], None]:
    """The command line itself, so that nothing is done but through its commands."""
    root = click.get_current_context().find_root().command
    return lambda words: root.main(args=words, prog_name="evenhand", standalone_mode=False)


def _give_it_an_address(settings: Path) -> None:
    """What stands at the head of a letter."""
    with settings.open("a", encoding="utf-8") as handle:
        handle.write(LETTERHEAD)


def _make_room(out: Path) -> None:
    """A rehearsal replaces an earlier rehearsal, and nothing else."""
    try:
        if out.exists() and any(out.iterdir()):
            if not (out / MARK).exists():
                raise Refused(f"{out} holds something else than an earlier rehearsal; choose another folder: --out")
            shutil.rmtree(out)
        out.mkdir(parents=True, exist_ok=True)
        (out / MARK).touch()
    except OSError as error:
        raise Refused(f"{out} cannot be written ({error.strerror}); choose another folder: --out") from error


def _figures(out: Path) -> dict[str, object]:
    with (out / "clocks.csv").open(encoding="utf-8", newline="") as handle:
        clocks = sum(1 for _ in csv.DictReader(handle))
    return {
        "out": str(out),
        "letters": len(list((out / "letters").glob("*.pdf"))),
        "reports": len(list((out / "reports").glob("*.pdf"))),
        "registers": sorted(p.name for p in (out / "registers").iterdir()),
        "clocks": clocks,
        "records": sum(1 for _ in (out / "records.jsonl").open(encoding="utf-8")),
    }


def _told(answer: dict[str, object], out: Path) -> str:
    return f"""
One case from the first report to the lifting, FOI, EIR and subject access requests to their ends, one cautionary entry,
by commands alone.

  {out}/letters     {answer["letters"]} letters as they went
  {out}/reports     {answer["reports"]} papers: contact-log.pdf, committee-report.pdf, bundle.pdf ...
  {out}/registers   both registers, and their copies for publication
  {out}/clocks.csv  {answer["clocks"]} clocks; clocks.ics for a calendar
  {out}/records.jsonl   {answer["records"]} entries of the history with their records
  {out}/commands.txt    every command that was played

Go on from there: evenhand --home {out}/store case list --all
"""


COMMANDS = (rehearse,)
