"""Forward: futures drawn from the assumptions, runs within them, what they measure."""
