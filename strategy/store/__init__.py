"""Shape: tables, constraints, queries; no rule, no commit."""
