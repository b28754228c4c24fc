"""The rows of the journal, which holds every form that came."""
