"""Keys of the contest form by what they are, and where they are printed; its rules share them."""

from __future__ import annotations

PARKS = ("park[1]", "park[2]")

# Where each block of answers is printed.
WHERE = {
    "economy": "2.1", "cultivation": "2.2", "innovation": "2.4", "green": "2.5", "services": "2.6",
    "park": "3.1", "targets": "5.1",
}  # fmt: skip

ECONOMY = (
    "output_value revenue total_profit total_tax trade_usd fdi_usd project_investment employees"
).split()
ENTERPRISES = (
    "scale_enterprises hightech_enterprises listed_enterprises national_champions"
    " provincial_champions little_giants provincial_srdi iii_certified"
).split()
SMART = "smart_pioneer smart_excellent smart_advanced smart_basic".split()
INNOVATION_COUNTS = (
    "new_patents new_standards national_awards provincial_awards national_carriers"
    " provincial_carriers national_design_centers provincial_design_centers"
).split()
GREEN_COUNTS = (
    "national_green_factories provincial_green_factories national_green_supply"
    " provincial_green_supply"
).split()
PLATFORMS = ("national_platforms", "provincial_platforms")


def printed_in(key: str) -> str:
    """The part of the form in which an answer is printed."""
    block = key.partition(".")[0].partition("[")[0]
    return f"申报表{WHERE[block]}"


def code_of(number: str, key: str, *more: str) -> str:
    """``A06.park_1_gdp_y2`` for an answer of a park, ``A07.little_giants_y1`` for another."""
    block, _, name = key.rpartition(".")
    park = f"park_{block[5]}_" if block.startswith("park[") else ""
    return ".".join((number, "_".join((park + name.removeprefix("park_"), *more))))


def park_no(block: str) -> str:
    """The number of a park, as codes have it."""
    return block[5]
