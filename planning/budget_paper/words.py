"""The paper's own sentences, in one place, so that an officer can see all that it may say."""

TITLE = "Draft budget {first} and medium-term financial plan {span}"
STATUS = (
    "DRAFT for officers to complete. Made by a program from the council's planning case; it has no "
    "standing until an officer has checked and signed it."
)
ILLUSTRATIVE = (
    "Every table and chart that rests on these is illustrative too. The section on provenance says "
    "how much of each table is invented."
)

LIMITS = (
    "It plans only what is in the council's tables. Capital, treasury, schools, the collection "
    "fund and anything else that they leave out is not in the figures.",
    "Demand and income are forecasts from past years. The plan is made {risk}; what comes will "
    "differ, and one outcome in five is expected outside an 80% range.",
    "A unit of an offer costs the same however many are bought, unless its contract has tiers. "
    "Fractions of a unit are planned; in whole placements the cost is a little more.",
    "What a service does for an outcome is taken from the tables as given, and adds up. It is a "
    "judgement of the council's, not a finding of this paper.",
    "Savings and new income count at the share that their owners expect. Whether that share is "
    "right the model cannot know.",
    "Quality, lawfulness, consultation and the effect on people with protected characteristics are "
    "not judged. Officers and members must.",
    "The year before the plan is worked out from known demand at today's prices; it is not an "
    "outturn.",
)

PURPOSE = (
    "This paper sets out for full council what the services in the plan would cost in {span}, what "
    "would pay for it, what it would achieve, and what could go wrong. It is a draft for the chief "
    "finance officer and the service directors to complete."
)
RECOMMENDATIONS = (
    "To note the outlook and the risks in this paper.",
    "To consider the draft budget requirement of {requirement} for {first}: to be completed by the "
    "chief finance officer.",
    "To note that the report of the chief finance officer under section 25 of the Local Government "
    "Act 2003 must be before council when it decides: to be completed.",
    "Council tax requirement and resolutions: to be completed.",
)

OUTLOOK = (
    "The chart sets what forecast demand would cost, at today's mix of providers and before any "
    "saving, against the income that is forecast or announced. Each has an 80% range: four "
    "outcomes in five are expected inside it."
)

PROPOSED = (
    "The plan meets what the law requires first, then statutory targets, then closes the funding "
    "gap, then meets other demand and other targets, and only then seeks the least cost. Each step "
    "is held while the next is sought, so no later aim is bought at the price of an earlier one."
)
MOVES = (
    "Where most money moves between the first and the last year, by service and provider. The "
    "reason is the order above: an offer wins where it meets what is asked at less cost, within "
    "its capacity, commitments and the council's rules. The command virement awards gives a "
    "sentence on every offer, and the price at which it would win or lose."
)
NO_MOVES = "With one year in the plan there is no move from year to year to show."
NO_PROPOSALS = "The case holds no saving, new income, pressure or investment."
PROPOSALS = (
    "Every proposal in the case, as proposed, against the year before the plan: below nil is a "
    "saving or income. Delivery is the share that counts in the plan."
)

MONEY = (
    "The requirement is all that the services cost with fixed cost, pressures, investments and "
    "savings. Each year is funded by income, organisations' trade, reserves and, where nothing "
    "else is left, a gap."
)
GAP = "Nothing covers {gap} of it over the years: the plan does not balance, and may not be set so."
NO_GAP = "Every year is funded, with reserves at or above their floor."
STRUCTURAL = (
    "Without reserves and one-off money recurring cost in {last} would be {structural} above "
    "recurring income. That gap returns every year until it is closed."
)
NO_STRUCTURAL = "In {last} recurring income pays for recurring cost."

TARGETS = (
    "Each target with what the plan achieves. The marginal cost is what the plan would save in "
    "that year if the target asked one unit less; nil means that it costs nothing more, whether it "
    "is met with room to spare or given up for want of money."
)
NO_TARGETS = "The case sets no target for the years of the plan."

RISKS = (
    "The plan was made again with one thing changed in every year, worse and better. Every aim is "
    "sought anew, so the figures are what the council could still do, not what would happen if it "
    "did nothing."
)
NO_TESTS = "There is nothing in the case that could be tried."
UNDATED = "The paper bears no day, so no review date could be held against it."
NO_ASSUMPTIONS = "The case names no assumption, which does not mean that it makes none."

OPTIONS = (
    "Each scenario that the case names was planned too, every aim sought anew, and is set beside "
    "this plan with what it would come to. Why each was not chosen is for officers to say."
)
NO_OPTIONS = (
    "No other plan was made. What the case names in scenarios.csv is planned and set beside this "
    "plan here."
)
RULES = (
    "The council's own rules are choices too. This is what each that costs anything costs: the "
    "plan made again without it, every aim sought anew. Below nil, a later aim gives what an "
    "earlier one then takes."
)
NO_RULES = "No rule of the case costs anything: without any one of them the plan is no better."

SECTION_25 = (
    "Section 25 of the Local Government Act 2003 requires the chief finance officer to report to "
    "the council on the robustness of the estimates and the adequacy of the proposed financial "
    "reserves, and section 25(2) requires the council to have regard to it. What follows is "
    "evidence that the officer may use. It is not that report and gives no opinion."
)
SECTION_25_BLANK = (
    "Report of the chief finance officer under section 25 of the Local Government Act 2003:"
)

EQUALITY = (
    "Section 149 of the Equality Act 2010 requires the council to have due regard to equality when "
    "it decides. The model knows providers and money, not people: who is affected, and how, is for "
    "officers to complete before this paper is published."
)
EQUALITY_NO_PROVIDERS = "The plan buys from no provider."

PROVENANCE = (
    "How many rows each table of the case has, how many of them are invented, and how many sources "
    "they name. The Provenance sheet of plan.xlsx gives each source in its own words."
)

SIGN_OFF = "This paper is not signed off until every line below is."
NO_DECISIONS = "The case names no decision and no sign-off."

METHOD = (
    "Demand and income are forecast series by series as a weighted combination of statistical "
    "models, weighted by how each did on past years that it had not seen. The ranges are widened "
    "until they hold as often as they claim.",
    "What to buy from whom is a linear programme: units by offer and year, within capacity, "
    "commitments, ring-fences, reserves and the council's rules. The aims are sought in the order "
    "that this paper gives, each held at its best while the next is sought.",
    "The plan is then checked by a second program that shares nothing with the first: it "
    "recomputes every rule and total from the case's own tables. A plan that fails is not written.",
    "The structural gap is recurring cost that recurring income does not pay for. The managed gap "
    "is what reserves and one-off income leave of it.",
    "Figures here are rounded as each table says; the CSV files beside this paper hold them in "
    "full. The command virement verify makes all of them again from the case.",
)
