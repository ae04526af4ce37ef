"""The session behind the live page: sources, what is shown, snapshots and videos."""
