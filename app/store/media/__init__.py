"""The rows of files: customers' and ours."""
