"""The demo's data: forty customers of a made-up bicycle workshop, Halden Cycles, and a month of messages."""
