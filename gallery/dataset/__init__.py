"""A library's faces as a data set: crops, a table, vectors."""
