"""Where orders finds its neighbours and keeps its data."""

import os
from pathlib import Path

CATALOG_URL = os.environ["SHOP_CATALOG_URL"].rstrip("/")
NOTIFIER_URL = os.environ["SHOP_NOTIFIER_URL"].rstrip("/")
DATA = Path(os.environ["SHOP_DATA"])
TOKEN_SECRET = os.environ["SHOP_TOKEN_SECRET"]
PERIODS = ("daily", "weekly")
TIMEOUT = 5
