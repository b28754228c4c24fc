"""What a run of the clean-up did, in words."""

from __future__ import annotations

from app.web.words.gettext import N_

REMOVED = {
    "half_written": N_("Half-made uploads"),
    "without_row": N_("Files that no row names"),
    "expired_link": N_("Temporary URLs that ended and that nobody followed"),
    "old_check": N_("Checks of files and URLs that nothing uses any more"),
    "unused": N_("Uploads that no message took along"),
}
KEPT = {
    "used": N_("Files of ours that messages carry"),
    "customers": N_("Customers' files"),
    "live_link": N_("Unused files with a temporary URL that lives"),
    "young": N_("Unused files that are still young"),
}
STARTED_BY = {"clock": N_("by itself"), "agent": N_("by an admin"), "command": N_("by a command")}
