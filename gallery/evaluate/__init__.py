"""The laboratory: figures that say how good the gallery is, on data whose truth is known."""
