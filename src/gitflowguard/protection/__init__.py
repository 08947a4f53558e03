"""What GitHub itself has to refuse: compiled from a policy, compared with what is there, ordered into steps."""
