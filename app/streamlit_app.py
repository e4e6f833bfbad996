"""The router: which pages there are. A page's address is `/?view=NAME`.

Streamlit's own `/NAME` works too, but on a fresh load it asks for files under `/NAME/` first and leaves 404s in the
console, so every link of ours names the page in the query.
"""

import streamlit as st

from app.page import MARK, PAGES

st.set_page_config(page_title="Leadline", page_icon=MARK, layout="wide", initial_sidebar_state=210)
wanted = st.query_params.get("view")
wanted = wanted if wanted in PAGES else "release"
pages = [st.Page(f"views/{name}.py", title=title, default=name == wanted) for name, title in PAGES.items()]
st.navigation(pages, position="hidden").run()
