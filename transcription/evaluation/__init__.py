"""How well recordings are recognised: plain functions over texts and results."""
