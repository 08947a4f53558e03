"""What is asked of GitHub about a pull request, and told in return."""
