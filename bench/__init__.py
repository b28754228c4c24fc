"""The figures: what the product does, measured against a comparison in the same run."""
