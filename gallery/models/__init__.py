"""The models, at the edge: what they are, where their weights come from, how they run."""
