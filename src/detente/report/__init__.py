"""What a run is shown as: tables for a terminal, one run told in words, the page to hand over."""
