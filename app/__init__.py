"""The pages that people read: Streamlit over the published file. Imports neither flows nor engines."""
