"""``inclusiv size``: the charter's calculation without a notebook. No database is loaded for it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from app.rules.french import format_hours_unit
from app.rules.sizing import parse_money, parse_percent, size_hours

SOURCE = "Charte Inclusiv’Essonne 2018-2020, art. 4.3"


def size(amount: str, labour_share: str, effort_rate: str, hourly_cost: str) -> dict[str, Any]:
    """The hours of insertion of an amount of works, as texts for ``--json``.

    Takes French or plain numbers (« 1 000 000 », « 5,5 % », ``30.5``). Numbers come out in plain decimals
    (``"833.33"`` hours, ``"30"`` euros); ``formula``, ``source`` and ``sentence`` are French. Raises
    ``InvalidInput`` naming the argument in ``field``. Source: charter Essonne 2018-2020, art. 4.3.
    """
    made = size_hours(
        parse_money(amount, field="amount"),
        parse_percent(labour_share, field="labour_share"),
        parse_percent(effort_rate, field="effort_rate"),
        parse_money(hourly_cost, field="hourly_cost"),
    )
    sentence = (
        f"{made.formula}, soit {format_hours_unit(made.retained_suggestion)} à retenir ({SOURCE})."
        f"{' ' if made.warning else ''}{made.warning}"
    )
    return {
        "computed_hours": f"{Decimal(made.computed_hours) / 100:.2f}",
        "retained_hours_suggestion": str(made.retained_suggestion // 100),
        "amount": _plain_cents(made.amount_cents),
        "labour_share": _plain(made.labour_share),
        "effort_rate": _plain(made.effort_rate),
        "hourly_cost": _plain_cents(made.hourly_cost_cents),
        "minimum_effort_rate": _plain(made.minimum_effort_rate),
        "below_minimum": made.below_minimum,
        "formula": made.formula,
        "source": SOURCE,
        "sentence": sentence,
    }


def _plain_cents(cents: int) -> str:
    return _plain(Decimal(cents) / 100)


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
