"""What a person typed → a tree: docs/decisions/search-language.md."""
