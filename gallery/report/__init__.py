"""What was measured, as a document that a colleague can check."""
