"""Pages about people. Views are short: door, form, service, response."""
