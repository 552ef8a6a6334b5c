"""The finding of a scan in one plain sentence, what it cannot tell, and what it takes for granted."""

from __future__ import annotations

from springhead.results.scan import Assumption, Prevalence, Records
from springhead.scan.calibration import Calibration
from springhead.scan.settings import ScanSettings


def percent(share: float) -> str:
    """A share in per cent with sensible digits."""
    value = 100.0 * share
    return f"{value:.0f} %" if value >= 10 or value == 0 else f"{value:.1f} %"


def finding(shares: tuple[Prevalence, ...], records: Records) -> str:
    """State the corpus's share, or why it cannot be told, in one sentence."""
    whole = next((one for one in shares if not one.group and one.unit == "records"), None)
    if records.kept == 0 or whole is None:
        return "The corpus holds no record that could be read."
    if whole.verdict == "estimated" and whole.estimate is not None:
        return (
            f"{percent(whole.estimate)} of the judged records are machine-made "
            f"({percent(whole.confidence)} interval {percent(whole.low or 0.0)} to {percent(whole.high or 0.0)})."
        )
    told = [
        one for one in shares
        if set(one.group) == {"language"} and one.unit == "records" and one.verdict == "estimated"
        and not one.small
    ]  # fmt: skip
    parts = [
        f"{percent(one.estimate or 0.0)} of the records in {one.group['language']} are machine-made "
        f"({percent(one.low or 0.0)} to {percent(one.high or 0.0)})"
        for one in told[:3]
    ]
    if parts:
        return f"{'; '.join(parts)}; for the rest of the corpus the share cannot be told."
    if whole.lower_bound is not None and whole.lower_bound > 0:
        text = f"At least {percent(whole.lower_bound)} of the judged records are machine-made; how many more cannot be told"
    elif whole.verdict == "bounded":
        text = "The share is bounded, not estimated: nothing proves that any record is machine-made"
    else:
        text = "How much of this corpus is machine-made cannot be told"
    return f"{text}: {whole.reason.rstrip('.')}."


def assumptions(calibration: Calibration, settings: ScanSettings) -> tuple[Assumption, ...]:
    """Everything taken for granted, with the setting that changes it."""
    strengths = settings.strengths
    rows = [
        Assumption(
            text=f"A record that declares itself machine-made is believed ({strengths.declared:g} nats); "
            "a declaration of being human without a trusted signature is not.",
            setting="strengths.declared, strengths.declared_human",
        ),
        Assumption(
            text=f"Chat residue in strict wording counts {strengths.residue:g} nats where no reference measures it.",
            setting="strengths.residue",
        ),
    ]
    if settings.human_before:
        rows.append(
            Assumption(
                text=f"Records dated before {settings.human_before} are human ({strengths.dated:g} nats), "
                "and people write today as they did then.",
                setting="human_before, strengths.dated",
            )
        )
    if calibration.human_name:
        rows.append(
            Assumption(
                text=f"The known-human texts ({calibration.human_name}) are human and of the corpus's own domain.",
                setting="human_reference",
            )
        )
    if calibration.covers_all:
        rows.append(
            Assumption(
                text=f"The synthetic texts ({calibration.synthetic_name}) cover the generators in the corpus.",
                setting="reference_covers_all",
            )
        )
    return tuple(rows)


LEAK = 0.55
"""AUROC of the format alone from whose lower limit on a warning is due."""


def leak_warning(calibration: Calibration) -> tuple[str, ...]:
    """One sentence where the files' format alone tells the references apart, else nothing."""
    leak = calibration.leak
    if leak is None or leak.low <= LEAK:
        return ()
    return (
        f"The detector may be reading the format: format alone reaches AUROC {leak.auroc:.2f} "
        f"({leak.low:.2f} to {leak.high:.2f}) on the references. Save both alike and compare.",
    )


def cannot_tell(
    shares: tuple[Prevalence, ...], calibration: Calibration, records: Records
) -> tuple[str, ...]:
    """What the tool does not see, in plain sentences."""
    lines = [
        "Generators unlike the reference are not counted: one that writes like the human reference fits it perfectly.",
        "Light machine polish of human text is not seen by any detector known to us.",
    ]
    if records.abstained:
        lines.append(f"{records.abstained:,} records were not judged: too short, code, tables or lists.")
    untold = [
        one.group["language"] for one in shares
        if set(one.group) == {"language"} and one.unit == "records" and one.verdict == "cannot tell"
    ]  # fmt: skip
    if untold:
        names = ["unidentified ones" if name == "unknown" else name for name in untold[:12]]
        shown = ", ".join(names) + (", ..." if len(untold) > 12 else "")
        lines.append(f"Nothing is known about these languages, which have no known-human reference: {shown}.")
    if calibration.made:
        lines.append(f"Detector and references date from {calibration.made}; newer generators may go unseen.")
    return tuple(lines)
