"""The what-if panel of a notebook: controls, and what follows from them. Its logic is elsewhere."""

from html import escape
from typing import Any

import ipywidgets as widgets

from optimisation.refusals import SolverError
from planning.case import Case
from planning.outlook import Outlook
from planning.papers.charts_what_if import cost_and_income, gap_and_reserves
from planning.tables.faults import InputError
from planning.what_if import AS_IT_IS, Tried, Values, WhatIf, named

WIDE = widgets.Layout(width="34em")
SAID = {"description_width": "15em"}
WORKING = "Working it out…"


def what_if(case: Case, outlook: Outlook | None = None) -> "Panel":
    """Return a panel that says what follows from less grant, more risk and the like.

    Parameters
    ----------
    case : Case
        The case; a change that is worth keeping is saved to its scenarios.csv.
    outlook : Outlook, optional
        Its forecast, if that is made already.

    Raises
    ------
    Infeasible
        If hard rules of the case contradict each other as it is.
    InputError
        If a series cannot be forecast.
    """
    return Panel(WhatIf.of(case, outlook))


class Panel:
    """The controls, what follows from where they stand, and a scenario's name to save it by.

    Figures are hidden while others are worked out, and each bears the changes that it is of.

    Parameters
    ----------
    asked : WhatIf
        What is asked.
    """

    def __init__(self, asked: WhatIf) -> None:
        self.asked = asked
        self.controls = controls(asked.case)
        self.status = widgets.HTML()
        self.result = widgets.HTML()
        self.name = widgets.Text(
            description="Name of the scenario", style=SAID, layout=WIDE, continuous_update=False
        )
        self.save = widgets.Button(
            description="Save as a scenario",
            tooltip="Add these changes to the case's scenarios.csv under this name",
        )
        self.told = widgets.HTML()
        for control in self.controls.values():
            control.observe(self._answer, "value")
        self.save.on_click(self._save)
        self.box = widgets.VBox(
            [
                *self.controls.values(),
                widgets.HBox([self.name, self.save]),
                self.told,
                self.status,
                self.result,
            ]
        )
        self._answer()

    def _repr_mimebundle_(self, **asked: object) -> dict[str, object]:
        """Return the panel, and for what has no widgets the figures."""
        return {**self.box._repr_mimebundle_(**asked), "text/html": self.result.value}

    @property
    def values(self) -> Values:
        """What the controls say."""
        return Values(**{name: control.value for name, control in self.controls.items()})

    def _answer(self, _: object = None) -> None:
        """Show what follows from the changes; until it is known, nothing."""
        values = self.values
        self._say(WORKING)
        self.result.layout.visibility = "hidden"
        self.told.value = ""
        done = "It could not be worked out; JupyterLab's log (View, Show Log Console) says why."
        try:
            tried = self.asked.tried(values)
            self.result.value = page(self.asked, tried)
            self.result.layout.visibility = "visible"
            done = f"Shown: {tried.words}."
        except SolverError as error:
            done = str(error)
        finally:
            self._say(done)

    def _say(self, words: str) -> None:
        self.status.value = f'<p role="status"><strong>{escape(words)}</strong></p>'

    def _save(self, _: object) -> None:
        """Save the changes by the name that is given, or say why they are not."""
        values, name = self.values, self.name.value
        try:
            self.asked = self.asked.saved(values, name)
            lines = [f"Saved as the scenario {name}: {values.words(self.asked.case)}."]
        except InputError as error:
            lines = ["Not saved.", *(str(fault) for fault in error.faults)]
        except OSError as error:
            lines = [f"Not saved: {error}"]
        self.told.value = "".join(f'<p role="status">{escape(line)}</p>' for line in lines)


def controls(case: Case) -> dict[str, Any]:
    """Return a control for each of the values that the case has something of, by their names."""
    kinds = set(case.streams["kind"])
    made: dict[str, Any] = {}
    if "grant" in kinds:
        made["grant"] = _percent("Grants", 20)
    if "council_tax" in kinds:
        made["council_tax"] = _percent("Council tax", 10)
    if len(case.demand):
        made["demand_quantile"] = _risk(case)
    failing = [
        ("none", ""),
        *((name, key) for key, name in named(case.providers, "provider").items()),
    ]
    made["failing"] = _choice("A provider that fails", failing)
    if len(case.targets):
        held = case.outcomes[case.outcomes["outcome"].isin(case.targets["outcome"])]
        names = [("none", ""), *((name, key) for key, name in named(held, "outcome").items())]
        made["outcome"] = _choice("A target to change", names)
        made["target"] = _percent("Level of that target", 20)
    if (case.organisations["external_market"] > 0.0).any():
        times = [
            (AS_IT_IS if tenth == 10 else f"× {tenth / 10:g}", tenth / 10) for tenth in range(21)
        ]
        made["trading"] = _slider("Market for trading", times, value=1.0)
    return made


def _percent(description: str, most: int) -> widgets.SelectionSlider:
    """Return a slider of whole per cent less and more, whose values are shares."""
    options = [(_signed(p), p / 100) for p in range(-most, most + 1)]
    return _slider(description, options, value=0.0)


def _signed(percent: int) -> str:
    return f"{abs(percent)}% {'more' if percent > 0 else 'less'}" if percent else AS_IT_IS


def _risk(case: Case) -> widgets.SelectionSlider:
    """Return a slider of the quantiles that demand may be planned at, the case's own among them."""
    own = case.settings.demand_quantile
    every = sorted({own, *(twentieth / 20 for twentieth in range(1, 20))})
    options = [(AS_IT_IS if q == own else f"{q:.0%}", q) for q in every]
    return _slider("Demand at the quantile", options, value=own)


def _slider(description: str, options: list[tuple[str, float]], *, value: float) -> Any:  # noqa: ANN401
    return widgets.SelectionSlider(
        options=options,
        value=value,
        description=description,
        continuous_update=False,
        style=SAID,
        layout=WIDE,
    )


def _choice(description: str, options: list[tuple[str, str]]) -> widgets.Dropdown:
    return widgets.Dropdown(
        options=options, value="", description=description, style=SAID, layout=WIDE
    )


def page(asked: WhatIf, tried: Tried) -> str:
    """Return what follows as HTML: figures, charts, the same by year, and what is met."""
    if tried.refused:
        head, *lines = tried.lines
        return f"<p><strong>{escape(head)}</strong></p>{_list(lines)}"
    years = asked.by_year(tried)
    charts = (
        cost_and_income(years.table, title=f"Cost and income: {tried.words}"),
        gap_and_reserves(
            years.table, minimum=asked.minimum, title=f"Gap and reserves: {tried.words}"
        ),
    )
    shown = (
        asked.figures(tried)._repr_html_(),
        _list(tried.lines),
        *(chart.html for chart in charts),
        years._repr_html_(),
    )
    return f'<div style="line-height:1.4">{"".join(shown)}</div>'


def _list(lines: list[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>"
