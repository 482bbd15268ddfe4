"""Exchange rates by day and source, as they were imported."""
