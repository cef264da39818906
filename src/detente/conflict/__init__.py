"""Where would the dispute settle? The Graph Model for Conflict Resolution over a case's options."""
