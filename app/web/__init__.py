"""Pages for people, and the probes for whoever runs the service. Served by main.py."""
