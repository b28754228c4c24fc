"""How gunicorn's worker receives requests: threads are for those that are there. It knows nothing of the product."""
