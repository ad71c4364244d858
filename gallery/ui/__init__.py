"""The app's side of the package: the only importer of Streamlit in it."""
