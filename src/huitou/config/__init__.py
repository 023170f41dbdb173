"""Settings, urls, schedule and wiring: the only place that knows every adapter."""
