"""The only writers of people, departments, memberships, tokens and sessions."""
