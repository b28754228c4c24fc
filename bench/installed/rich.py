"""The product's requirements don't bring rich: what measures memory leads its processes here first.

A tool of the tests needs it, and structlog loads it, 7 MB, wherever it is there.
"""

raise ModuleNotFoundError("No module named 'rich' where only requirements.txt is installed", name="rich")
