"""What is deleted after its time, and why some of it stays."""
