"""`gitflowguard protect` against a GitHub on the loopback, through the command line."""
