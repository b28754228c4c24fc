"""Which tests one process runs one after the other, when several share them: those that share what starts slowly.

xdist's own groups need a name in the test's number, which this pytest doesn't let it write.
"""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling

# Where they are, by what they share: on each database there is one of it.
TOGETHER = {
    "tests/demo/": "the sample",
    "tests/faults/test_samples.py": "a ground",
    "tests/bin/test_demo.py": "a folder of bin/demo",
    "tests/browser/test_consent.py": "a browser's demo",
    "tests/browser/test_every_page.py": "a browser's demo",
    "tests/browser/test_story.py": "a browser's demo",
}


class Together(LoadScopeScheduling):
    """Whoever is done takes the next test, or the next group of them; the largest groups first."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


def group_of(nodeid: str) -> str:
    """What is shared and on which database; a test that shares nothing is a group of its own."""
    shared = next((what for place, what in TOGETHER.items() if nodeid.startswith(place)), "")
    if not shared:
        return nodeid
    return f"{shared} on {'postgresql' if 'postgresql' in nodeid else 'sqlite'}"
