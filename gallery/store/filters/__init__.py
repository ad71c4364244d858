"""What photos can be searched by: a filter for each, by its name in a query."""
