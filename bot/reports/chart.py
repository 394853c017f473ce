"""A small chart of contacts by month, with the same numbers in a table beneath it for whoever cannot see it."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import date

from bot.paper import table

WORDS = "A chart of contacts by month; the table below it has the same numbers"
WIDTH, HEIGHT, FOOT, LEFT = 480, 150, 26, 26


def months_chart(months: Sequence[tuple[date, int, int]]) -> str:
    """Bars for each month: contacts from the customer (dark) and to them (pale), and the table of the same numbers."""
    if not months:
        return "<p>No contacts.</p>"
    most = max(1, *(max(a, b) for _, a, b in months))
    step = min(60, (WIDTH - LEFT) / len(months))
    bars = []
    for place, (month, inbound, outbound) in enumerate(months):
        x = LEFT + place * step
        for offset, count, colour in ((0.12, inbound, "#1d4ed8"), (0.5, outbound, "#9db7e8")):
            height = (HEIGHT - FOOT - 14) * count / most
            y = HEIGHT - FOOT - height
            bars.append(
                f'<rect x="{x + offset * step:.1f}" y="{y:.1f}" width="{0.36 * step:.1f}" height="{height:.1f}" '
                f'fill="{colour}"/>'
            )
        if len(months) <= 14 or place % (len(months) // 12 + 1) == 0:
            bars.append(
                f'<text x="{x + step / 2:.1f}" y="{HEIGHT - 12}" font-size="8" text-anchor="middle">{month:%b}</text>'
                f'<text x="{x + step / 2:.1f}" y="{HEIGHT - 3}" font-size="7" text-anchor="middle">{month:%y}</text>'
            )
    line = HEIGHT - FOOT
    picture = (
        f'<svg xmlns="http://www.w3.org/2000/svg" font-family="DejaVu Sans" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<line x1="{LEFT}" y1="{line}" x2="{WIDTH}" y2="{line}" stroke="#111"/>'
        f'<text x="0" y="12" font-size="8">{most}</text><text x="0" y="{line}" font-size="8">0</text>'
        f"{''.join(bars)}</svg>"
    )
    rows = [(f"{month:%B %Y}", inbound, outbound) for month, inbound, outbound in months]
    key = '<p class="small">Dark: contacts from the customer. Pale: contacts from the Council.</p>'
    # As a picture and not in the page itself: only so does it carry its words for whoever cannot see it into the PDF.
    data = base64.b64encode(picture.encode()).decode()
    shown = f'<p><img style="width: 100%" alt="{WORDS}" src="data:image/svg+xml;base64,{data}"></p>'
    return shown + key + table(("Month", "From the customer", "From the Council"), rows)
