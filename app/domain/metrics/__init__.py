"""What is counted, and what a scrape reads."""
