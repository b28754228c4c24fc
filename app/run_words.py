"""The words of runs of templates; part of the vocabulary."""

from __future__ import annotations

RUN_STATES = (
    "staging",
    "staged",
    "planning",
    "planned",
    "scheduled",
    "running",
    "paused",
    "stopped",
    "finished",
    "dropped",
)
# Why a run is paused or stopped, or waits though it is under way.
RUN_REASONS = (
    "",
    "by_hand",
    "template_changed",
    "category_changed",
    "template_stopped",
    "failures",
    "spend_cap",
    "daily_limit",
)
RUN_RECIPIENT_STATES = ("listed", "bad", "left_out", "planned", "queued", "handed", "called_off")
# What is wrong with a line of a run's list.
RUN_LINE_FAULTS = ("phone_missing", "phone_mangled", "phone_invalid", "duplicate", "erased")
# Why something can't be done with a run.
RUN_REFUSALS = (
    "unknown",
    "not_now",
    "name_missing",
    "template_unknown",
    "template_not_sendable",
    "category_changed",
    "columns_unknown",
    "variables_unfilled",
    "variables_unknown",
    "nobody_left",
    "nobody_chosen",
    "search_too_wide",
    "stop_share_invalid",
    "spend_cap_invalid",
    "twilio_unavailable",
    "list_deleted",
)
