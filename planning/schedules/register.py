"""The contracts register, in the fields that the Transparency Code asks of one."""

import pandas as pd

from planning.case import Case
from planning.papers.columns import NOT_APPLICABLE, NOT_KNOWN, Table
from planning.schedules.bodies import body_names
from planning.schedules.schedule import Schedule, Tables, money, rows_of, text

VOLUNTARY = {"charity", "cic", "social_enterprise", "trust"}
"""Sectors that are voluntary, community or social enterprise."""
COUNCIL = {"in_house"}
"""Sectors with which the council has no contract: they are itself."""
NEITHER = {"nhs", "latco", "shared_service"}
"""Sectors of public bodies, which are neither."""

SECTORS = {
    "cic": "Community interest company",
    "latco": "Company owned by the council",
    "nhs": "NHS body",
    "private": "Private company",
}
"""What a reader calls a sector, where it is not its name as words."""

LEAST = 5_000.0
"""£ above which the Code asks for an agreement to be published."""

TABLE = Table(
    "contracts_register",
    "Contracts register",
    "One row for each offer that the plan pays more than £5,000, in the fields of the Local "
    "Government Transparency Code 2015; what the council does itself is left out.",
    (
        text("reference", "The offer, by its key in offers.csv.", "Reference number"),
        text("title", "The title of the agreement."),
        text("department", "Who is responsible for it.", "Department responsible"),
        text("description", "The goods or services provided.", "Description of the services"),
        text("supplier", "The supplier's name.", "Supplier name"),
        text("supplier_details", "Its sector and group.", "Supplier details"),
        text("contract_type", "The kind of contract.", "Contract type"),
        money("sum", "£ that the plan pays over its years.", "Sum to be paid over the plan"),
        money("vat", "£ of VAT that cannot be recovered.", "VAT that cannot be recovered"),
        text("start", "The first financial year.", "Start date"),
        text("end", "The last financial year; open is none.", "End date", blank="open"),
        text("review", "The day of its review.", "Review date"),
        text("tendered", "Whether it came of an invitation to quote or tender.", "Tendered"),
        text(
            "sme",
            "Whether the supplier is a small or medium-sized enterprise.",
            "Small or medium-sized enterprise",
        ),
        text(
            "voluntary",
            "Whether the supplier is a voluntary or community sector organisation.",
            "Voluntary or community organisation",
        ),
        text("registration", "Its registration number, where it is.", "Registration number"),
    ),
)
"""Department for Communities and Local Government, *Local Government Transparency Code 2015*,
on procurement information."""


def contracts_register(case: Case, tables: Tables) -> Schedule:
    """Return a row for each offer that is paid for, but for the council's own."""
    paid = tables["allocation"].groupby("offer")["cost"].sum()
    providers = case.providers.set_index("provider")
    services = case.services.set_index("service")
    answers = body_names(case)
    rows = []
    for offer in case.offers.sort_values("offer").to_dict("records"):
        provider, service = providers.loc[offer["provider"]], services.loc[offer["service"]]
        if provider["sector"] in COUNCIL or paid.get(offer["offer"], 0.0) <= LEAST:
            continue
        where = f", {offer['locality']}" if offer["locality"] else ""
        rows.append(
            {
                "reference": offer["offer"],
                "title": f"{service['name']}{where}: {provider['name']}",
                "department": answers[service["organisation"]],
                "description": f"{service['name']}{where}, by the {service['unit']}",
                "supplier": provider["name"],
                "supplier_details": _details(provider),
                "contract_type": offer["contract_type"].replace("_", " ").capitalize(),
                "sum": paid[offer["offer"]],
                "start": offer["first_year"],
                "end": offer["last_year"],
                **_unknown(provider["sector"]),
            }
        )
    return Schedule(
        TABLE,
        rows_of(TABLE, rows),
        (
            "The sum is what the plan pays over its years, not what the contract is worth; start "
            "and end are financial years, not dates.",
            "[x] is what the plan's tables do not hold and the council must fill in: VAT, review "
            "dates, tendering, the size of the supplier, registration numbers. [z] does not apply.",
            "Fields: Department for Communities and Local Government, Local Government "
            "Transparency Code 2015, procurement information.",
        ),
    )


def _details(provider: pd.Series) -> str:
    """Return what is known of a supplier besides its name."""
    group = f"; part of {provider['group']}" if provider["group"] else ""
    sector = str(provider["sector"])
    return f"{SECTORS.get(sector, sector.replace('_', ' ').capitalize())}{group}"


def _unknown(sector: str) -> dict[str, object]:
    """Return the fields that a case does not hold, or that do not apply to a sector."""
    voluntary = {True: "Yes", False: "No"}[sector in VOLUNTARY]
    if sector == "mutual":
        voluntary = NOT_KNOWN
    return {
        "vat": float("nan"),
        "review": NOT_KNOWN,
        "tendered": NOT_KNOWN,
        "sme": NOT_APPLICABLE if sector in NEITHER else NOT_KNOWN,
        "voluntary": voluntary,
        "registration": NOT_APPLICABLE if voluntary == "No" else NOT_KNOWN,
    }
