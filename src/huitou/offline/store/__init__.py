"""What lies on disks: what the server remembers of bundles that it gave, and the till's own folder."""
