"""Who acts in the rehearsal, by the policy's own titles and bodies; the people are invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from models.calendar import add_months
from models.errors import Refused
from models.policy import Policy
from models.policy_check import LOCAL

START = date(2026, 7, 14)  # of the restriction


@dataclass(frozen=True, slots=True)
class Cast:
    """Who acts, by the policy's titles; `warnings_to` and `reviews_to`: the bodies that hear of them, empty for none.

    officer, second, third  who keeps the case, and who else acts; `panel`: who answers the appeal
    months                  the reviews, in months from the start of the restriction
    """

    title: str
    head: str
    officer: str
    second: str
    third: str
    panel: tuple[str, ...]
    requests: str
    reviews: str
    end_review: str
    reviewers: tuple[str, ...]
    adviser: str
    warnings_to: str
    committee: str
    council: str
    reviews_to: str
    months: tuple[int, ...]
    report_first: bool
    initial_letter: bool

    @classmethod
    def of(cls, policy: Policy) -> Cast:
        people, reviews, conduct = policy.procedure.people, policy.procedure.reviews, policy.procedure.conduct
        if not conduct.case_needed:
            raise Refused(
                f"under the policy “{policy.name}” decisions are entered without a case (conduct.case_needed = false): "
                "there is no case to rehearse. Take saltash, principal, or a policy of your own where it is true"
            )
        names = ("D. Rowse", "P. Nance", "J. Bolitho", "S. Kitto", "A. Hocking")
        local = policy.procedure.council.kind in LOCAL
        return cls(
            title=people.heads[0],
            head=f"R. Trelawny, {people.heads[0]}",
            officer="M. Hosking, Deputy Clerk" if local else "M. Hosking, Casework Officer",
            second="S. Bray, Responsible Financial Officer" if local else "S. Bray, Finance Manager",
            third="T. Vivian, Assistant Clerk" if local else "T. Vivian, Legal Officer",
            panel=("Cllr A. Hocking", "Cllr E. Pender") if local else ("J. Opie, Director of Housing",),
            requests=f"V. Chegwin, {people.request_officer}",
            reviews=_somebody(reviews.by, people.head),
            end_review=_somebody(reviews.end_by, people.head),
            reviewers=tuple(f"{title}: {name}" for title, name in zip(people.reviewers, names, strict=False)),
            adviser=f"{people.adviser}: L. Angove" if people.adviser else "",
            warnings_to=people.reports_to[0] if people.reports_to else "",
            committee=people.recommends,
            council=people.decides[0],
            reviews_to=reviews.reported_to,
            months=reviews.months,
            report_first=conduct.report_needed,
            initial_letter="initial" in policy.stages,
        )

    def review_days(self) -> list[date]:
        """When each review is held: the day before it is due, so that none is late."""
        return [add_months(START, months) - timedelta(days=1) for months in self.months]


def _somebody(title: str, head: str) -> str:
    return f"R. Trelawny, {head}" if head in title else f"D. Rowse, {title}"
