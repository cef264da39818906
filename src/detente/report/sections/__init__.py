"""The parts of the report: each a small module whose `section` takes the results and returns its part, or nothing."""
