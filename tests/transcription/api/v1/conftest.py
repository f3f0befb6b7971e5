"""What the tests of ``/api/v1/`` ask with."""

BASE = "/api/v1/departments/sales/"
JSON = "application/json"
