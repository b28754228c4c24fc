"""What tests, benchmarks and fault runs share: real processes, databases and browsers, and how to wait for them."""
