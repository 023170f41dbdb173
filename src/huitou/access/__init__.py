"""People of the chain: users, roles, store scope, audit trail."""
