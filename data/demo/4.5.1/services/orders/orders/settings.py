"""Where orders finds its neighbours and keeps its data."""

import os
from pathlib import Path

NOTIFIER_URL = os.environ["SHOP_NOTIFIER_URL"].rstrip("/")
DATA = Path(os.environ["SHOP_DATA"])
TOKEN_SECRET = os.environ["SHOP_TOKEN_SECRET"]
PERIODS = ("daily", "weekly")
TIMEOUT = 5
