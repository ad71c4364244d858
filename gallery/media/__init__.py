"""Originals and derived pictures of a library, through fsspec."""
