"""The policy that goes with a letter: the council's own document, else its rules in force, told in words."""

from __future__ import annotations

from collections.abc import Iterable

from bot import paper
from bot.letters.words import and_list
from models.policy import Policy


def policy_paper(policy: Policy, document: bytes | None, *, council: str, points: int) -> bytes:
    """The PDF to enclose: `document` as it is where the council has set one, else a summary made here."""
    if document is not None:
        return document
    title = f"{policy.name}: a summary of our policy"
    body = f"<h1>{paper.text(title)}</h1>{paper.paragraphs(summary(policy, council))}"
    return paper.pdf_of(body, title=title, points=points)


def summary(policy: Policy, council: str) -> str:
    """What the policy's settings say, in plain words for whoever it is applied to."""
    people, clocks, reviews = policy.procedure.people, policy.procedure.clocks, policy.procedure.reviews
    conduct, challenge = policy.procedure.conduct, policy.procedure.challenge
    stages = [_STAGES.get(stage, stage.replace("_", " ")) for stage in policy.stages]
    decides = " or ".join(policy.bodies) or council
    sections = [
        f"This is what {council} does when the way in which somebody contacts us makes it hard for us to do our work, "
        f"and what that person can do. It sums up our policy {policy.called}. Ask us for the whole of it.",
        "## Before anything else\n" + _listed([
            "We look at what you write to us about on its merits. Nothing here changes how we deal with it.",
            "We ask whether you need us to do something in another way, because of a disability or another need.",
            f"An officer's report is looked at by the {people.head}"
            + (f", with the {and_list(people.reviewers)}" if people.reviewers else "")
            + (f", on the advice of the {people.adviser}" if people.adviser else "")
            + f", within {clocks.report_review_days} working days." * conduct.report_needed,
        ]),
        "## The steps\n" + _listed([
            *(f"We send {stage} before any decision." for stage in stages),
            *([f"We ask you to acknowledge the first letter within {clocks.acknowledgement_days} working days. That "
               "you do not answer is never by itself a reason for the next step."] if conduct.acknowledgement else []),
            *([f"The {people.recommends} may recommend a decision."] if people.recommends else []),
            f"Only the {decides} decides to restrict how somebody may contact us. One councillor alone never can.",
            *([f"In exceptional circumstances a decision can be taken at once. It lasts {conduct.urgent_days} days at "
               "most, and ends by itself unless it is confirmed."] if conduct.urgent_route else []),
        ]),
        "## What a decision can do\n" + _listed([
            "Send your e-mails about one matter to one officer, who reads each of them.",
            "Name one person for you to deal with.",
            "Refuse telephone calls about one matter, or ask you to write.",
            "Leave letters that tell us nothing new unanswered. They are still read.",
        ]) + "\n\nIt covers one matter only. You can still ask for information, report what is new or urgent, and use "
        "our services. Nothing that you send us is rejected or deleted.",
        "## How long it lasts\n" + _listed([
            f"At most {policy.longest_months} months. For longer, a new decision is needed"
            + (f" by the {' or '.join(reviews.extended_by)}." if reviews.extended_by else "."),
            f"We review it after {and_list(str(month) for month in reviews.months)} months. The review is made by the "
            f"{reviews.by}." if reviews.months else "",
            f"If we miss a review by more than {reviews.grace_days} days, the restriction ends by itself.",
            *(["We tell you the outcome of each review in writing."] if reviews.outcome_letter else []),
        ]),
        "## If you do not agree\n" + _listed(challenge.restriction),
    ]  # fmt: skip
    return "\n\n".join(sections)


_STAGES = {"initial": "a first letter", "formal_prior": "a formal warning"}


def _listed(items: Iterable[str]) -> str:
    return "\n".join(f"- {item}" for item in items if item)
