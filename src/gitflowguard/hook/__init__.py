"""From what git hands a hook to an event of ours."""
