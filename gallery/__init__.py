"""Smart Image Gallery: finds the people in your photos, groups them and shows its evidence."""

__version__ = "0.1.0"
