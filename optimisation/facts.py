"""The case's tables joined for what restates the program; apart from ``market`` on purpose.

The model and its certificate must not share a misreading, so neither do they share this: where the
market counts by codes, these are plain joins of tables by name.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from optimisation.problem import Problem

SCOPE = ["provider", "group", "sector", "organisation", "service", "locality", "contract_type"]
"""The columns of rules.csv that narrow what a rule holds for."""


@dataclass(frozen=True)
class Facts:
    """Joined tables; a row's own number is its place in what restates the program."""

    p: Problem

    @cached_property
    def years(self) -> pd.DataFrame:
        """year, t: the plan's years, counted from the first."""
        return pd.DataFrame({"year": list(self.p.years), "t": range(len(self.p.years))})

    @cached_property
    def books(self) -> list[str]:
        """The services that cost is booked to."""
        return sorted({*self.p.services["service"], "corporate"})

    @cached_property
    def offers(self) -> pd.DataFrame:
        """offers.csv with the traits of its provider and service."""
        providers = self.p.providers[["provider", "group", "sector"]]
        services = self.p.services[["service", "organisation", "sustainable_rate"]]
        joined = self.p.offers.merge(providers, on="provider").merge(services, on="service")
        return joined.sort_values("offer", ignore_index=True)

    @cached_property
    def awards(self) -> pd.DataFrame:
        """A row for each offer and year in which it is open, with its price; no end is no end."""
        pairs = self.offers.merge(self.years, how="cross")
        begun = pairs["first_year"] <= pairs["year"]
        over = (pairs["last_year"] != "") & (pairs["last_year"] < pairs["year"])
        # No award is made below the rate at which a service can be sustained.
        sound = ~(pairs["unit_cost"] < pairs["sustainable_rate"])
        found = pairs[begun & ~over & sound].reset_index(drop=True)
        return found.assign(
            price=found["unit_cost"] * (1 + found["indexation"]) ** found["t"],
            award=found.index,
        )

    @cached_property
    def decided(self) -> pd.DataFrame:
        """A row for each award that is made or not as a whole: `viable` units, `fee` £, its lot."""
        found = self.awards.assign(
            viable=self.awards["minimum"].fillna(0.0),
            fee=self.awards["award_cost"].fillna(0.0)
            * (1 + self.awards["indexation"]) ** self.awards["t"],
        )
        whole = (found["viable"] > 0) | (found["fee"] > 0) | (found["lot"] != "")
        return _numbered(found[whole], "made")

    @cached_property
    def tiers(self) -> pd.DataFrame:
        """A row for each award and tier after its first price: `start` units, `step` £ a unit."""
        table = self.p.tiers.sort_values(["offer", "from_units"])
        first = table["offer"].map(self.p.offers.set_index("offer")["unit_cost"])
        before = table.groupby("offer")["unit_cost"].shift().fillna(first)
        table = table.assign(
            tier=(table.groupby("offer").cumcount() + 1).astype("str"),
            start=table["from_units"],
            more=table["unit_cost"] - before,
        )
        own = self.awards[["offer", "year", "t", "award", "indexation", "capacity"]]
        found = own.merge(table[["offer", "tier", "start", "more"]], on="offer")
        found = found.sort_values(["award", "start"])
        step = found["more"] * (1 + found["indexation"]) ** found["t"]
        return _numbered(found.assign(step=step, room=found["capacity"] - found["start"]), "level")

    def cost_of(self, paid: pd.Series, made: pd.Series) -> pd.Series:
        """Return what each award costs, in £, for the units paid, by award.

        ``made`` tells which decided awards are, by their number among them.
        """
        total = self.awards["price"] * paid
        above = (self.tiers["award"].map(paid) - self.tiers["start"]).clip(lower=0.0)
        total = total.add(
            (above * self.tiers["step"]).groupby(self.tiers["award"]).sum(), fill_value=0.0
        )
        fees = (self.decided["fee"] * made).groupby(self.decided["award"]).sum()
        return total.add(fees, fill_value=0.0)

    @cached_property
    def uses(self) -> pd.DataFrame:
        """A row for each award and locality where it can be used."""
        wanted = self.p.demand[["service", "locality"]].drop_duplicates()
        local = self.awards["locality"] != ""
        anywhere = self.awards[~local].drop(columns="locality")
        spread = anywhere.merge(wanted, on="service", how="left").fillna({"locality": ""})
        found = pd.concat([self.awards[local], spread])
        found = found.sort_values(["award", "locality"], ignore_index=True)
        return found.assign(use=found.index)

    @cached_property
    def demand(self) -> pd.DataFrame:
        """demand.csv, each row with its number."""
        return _numbered(self.p.demand, "need")

    @cached_property
    def dearest(self) -> pd.DataFrame:
        """service, year, dearest: £ a unit of the dearest offer open; £1 where none has a price."""
        top = self.p.tiers.groupby("offer")["unit_cost"].max()
        times = (self.awards["offer"].map(top).astype(float) / self.awards["unit_cost"]).fillna(1.0)
        dearest = self.awards.assign(price=self.awards["price"] * times.clip(lower=1.0))
        highest = dearest.groupby(["service", "year"], as_index=False)["price"].max()
        every = self.p.services[["service"]].merge(self.years, how="cross")
        joined = every.merge(highest, on=["service", "year"], how="left")
        return joined.assign(dearest=joined["price"].where(joined["price"] > 0, 1.0))

    @cached_property
    def streams(self) -> pd.DataFrame:
        """streams.csv with `fence`, the list of services that each may pay for; none is any."""
        fences = [
            [name.strip() for name in text.split(";")] for text in self.p.streams["ring_fence"]
        ]
        found = self.p.streams.assign(fence=[[n for n in names if n] for names in fences])
        if self.p.organisations.empty or found["stream"].eq("trading").any():
            return found
        own = {"stream": "trading", "kind": "trading", "one_off": False, "fence": []}
        return pd.concat([found, pd.DataFrame([own])], ignore_index=True)

    @cached_property
    def income(self) -> pd.DataFrame:
        """income.csv with the fence of its stream, each row with its number.

        Where there are organisations the stream `trading` has a row in every year.
        """
        table = self.p.income[["stream", "year", "amount"]]
        if len(self.p.organisations):
            every = self.years[["year"]].assign(stream="trading", amount=0.0)
            table = pd.concat([table, every]).drop_duplicates(["stream", "year"])
        joined = table.merge(self.streams[["stream", "fence"]], on="stream")
        return _numbered(joined.assign(fenced=joined["fence"].map(len) > 0), "receipt")

    @cached_property
    def grants(self) -> pd.DataFrame:
        """A row for each stream, service and year in which one may pay for the other."""
        payable = [fence or self.books for fence in self.income["fence"]]
        found = self.income.assign(service=payable).explode("service")
        return _numbered(found[found["service"].isin(self.books)], "grant")

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """service, year, fixed: what each service must fund that no unit buys."""
        every = pd.DataFrame({"service": self.books}).merge(self.years, how="cross")
        table = every.merge(self.changes(), on=["service", "year"], how="left")
        own = table["amount"].fillna(0.0)
        # A service whose fixed cost falls below nil lends what is over to corporate.
        corporate = table["service"] == "corporate"
        lent = own.where(~corporate, 0.0).clip(upper=0.0).groupby(table["year"]).sum()
        fixed = own.where(corporate, own.clip(lower=0.0))
        fixed += table["year"].map(lent).where(corporate, 0.0)
        return _numbered(table[["service", "year", "t"]].assign(fixed=fixed), "entry")

    def changes(self, *, one_off: bool = False, gross: bool = False) -> pd.DataFrame:
        """Return service, year, amount: costs and what proposals add, all or the one-off part.

        `gross` leaves out what proposals take away.
        """
        costs = self.p.costs.assign(service="corporate")
        made = self.p.proposals
        bodies = self.p.organisations[["organisation", "transfer_year"]]
        made = made.merge(bodies, on="organisation", how="left")
        # Nothing is saved by a body that does not exist yet.
        too_early = made["year"] < made["transfer_year"].astype("str").fillna("")
        saved = (-made["amount"] * made["delivery"].fillna(1.0)).mask(too_early, 0.0)
        adds = made["kind"].isin(["pressure", "investment"])
        made = made.assign(
            amount=np.where(adds, made["amount"], saved),
            service=made["service"].replace("", "corporate"),
        )
        both = pd.concat([t[["service", "year", "amount", "one_off"]] for t in (costs, made)])
        both = both[both["one_off"].astype(bool)] if one_off else both
        both = both[both["amount"] > 0.0] if gross else both
        return both.groupby(["service", "year"], as_index=False)["amount"].sum()

    @cached_property
    def trades(self) -> pd.DataFrame:
        """A row for each organisation and year in which it may trade outside, with its terms."""
        found = self.organisations[self.organisations["external_market"] > 0.0]
        found = found.assign(
            expected=found["external_market"] * found["win_probability"],
            returned=found["margin"].clip(lower=0.0) * found["ownership_share"],
        )
        return _numbered(found, "trade")

    @cached_property
    def organisations(self) -> pd.DataFrame:
        """A row for each organisation and year from its transfer on."""
        pairs = self.p.organisations.merge(self.years, how="cross")
        begun = pairs["transfer_year"] <= pairs["year"]
        return pairs[begun].sort_values(["organisation", "year"], ignore_index=True)

    @cached_property
    def pots(self) -> pd.DataFrame:
        """pot, year: what reserves of a kind hold at first and may not fall below, in every year.

        Those for any cost are always there.
        """
        table = self.p.reserves.assign(
            pot=np.where(self.p.reserves["one_off_only"].astype(bool), "one_off", "general")
        )
        none = pd.DataFrame({"pot": ["general"], "opening": [0.0], "minimum": [0.0]})
        held = pd.concat([none, table]).groupby("pot", as_index=False)[["opening", "minimum"]].sum()
        return _numbered(held.merge(self.years, how="cross"), "purse")

    @cached_property
    def targets(self) -> pd.DataFrame:
        """targets.csv with its outcome's traits and `size`, what a whole miss is worth."""
        joined = self.p.targets.merge(self.p.outcomes, on="outcome")
        concerned = self.p.effects[["outcome", "service"]].drop_duplicates()
        volume = concerned.merge(self.p.demand, on="service")
        volume = volume.groupby(["outcome", "year"], as_index=False)["units"].sum()
        joined = joined.merge(volume, on=["outcome", "year"], how="left")
        average = joined["measure"] == "average"
        size = joined["target"].abs() * joined["units"].fillna(0.0).where(average, 1.0)
        return _numbered(joined.assign(average=average, size=size.clip(lower=1.0)), "aim")

    @cached_property
    def effects(self) -> pd.DataFrame:
        """outcome, offer, per_unit: an offer's own row, or else its service's."""
        table = self.p.effects[["outcome", "service", "offer", "per_unit"]]
        sellers = self.offers[["service", "offer"]]
        shared = table[table["offer"] == ""].drop(columns="offer").merge(sellers, on="service")
        both = pd.concat([table[table["offer"] != ""], shared])
        return both.drop_duplicates(["outcome", "offer"])[["outcome", "offer", "per_unit"]]

    @cached_property
    def preventable(self) -> pd.DataFrame:
        """demand.csv where something prevents it, each row with its number."""
        needs = self.prevention["need"].drop_duplicates().sort_values()
        return _numbered(self.demand.loc[needs], "preventable")

    @cached_property
    def prevention(self) -> pd.DataFrame:
        """use, need, units: what a unit of a use prevents, of demand there or of the whole council.

        With the offer, the locality and the year of the use.
        """
        pairs = self.uses.merge(self.p.prevention, on="service")[
            ["offer", "locality", "year", "t", "use", "reduces", "lag_years", "units_per_unit"]
        ]
        later = self.years.rename(columns={"year": "then", "t": "later"})
        pairs = pairs.assign(later=pairs["t"] + pairs["lag_years"].astype(int)).merge(later)
        need = self.demand[["service", "locality", "year", "need"]]
        need = need.rename(columns={"service": "reduces", "year": "then"})
        there = pairs.merge(need, on=["reduces", "locality", "then"])
        whole = need[need["locality"] == ""].drop(columns="locality")
        elsewhere = pairs.merge(whole, on=["reduces", "then"])
        both = pd.concat([there, elsewhere]).drop_duplicates(
            ["use", "reduces", "lag_years", "then", "need"]
        )
        return both.rename(columns={"units_per_unit": "units"})

    def has_rules(self, *kinds: str) -> bool:
        """Tell whether rules.csv has rules of some kinds."""
        return bool(self.p.rules["kind"].isin(kinds).any())

    def scope(self, rule: pd.Series) -> pd.DataFrame:
        """Return the uses that a row of rules.csv covers, `part` naming what it holds for apart."""
        found = self.uses
        for name in SCOPE:
            if rule[name]:
                found = found[found[name] == rule[name]]
        found = found.assign(part=found[rule["each"]] if rule["each"] else "")
        return found[found["part"] != ""] if rule["each"] else found

    def scopes(self, *kinds: str) -> pd.DataFrame:
        """Return the uses in the scope of every rule of some kinds, each with its rule's terms."""
        found = [self.uses.iloc[:0].assign(rule="", part="", limit=0.0, most=False, local=False)]
        for _, rule in (
            self.p.rules[self.p.rules["kind"].isin(kinds)].sort_values("rule").iterrows()
        ):
            scope = self.scope(rule)
            within = scope[(scope["year"] == rule["year"]) | (rule["year"] == "")]
            found.append(
                within.assign(
                    rule=rule["rule"],
                    limit=rule["limit"],
                    most=rule["kind"].startswith("max"),
                    local=bool(rule["locality"]) or rule["each"] == "locality",
                )
            )
        return pd.concat(found, ignore_index=True)


def _numbered(table: pd.DataFrame, name: str) -> pd.DataFrame:
    table = table.reset_index(drop=True)
    return table.assign(**{name: table.index})
