"""What the suite costs, measured beside a peer: see README.md and bin/bench."""
