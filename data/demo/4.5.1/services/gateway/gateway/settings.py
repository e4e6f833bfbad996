"""Where the gateway finds its neighbours and keeps its data."""

import os
from pathlib import Path

CATALOG_URL = os.environ["SHOP_CATALOG_URL"].rstrip("/")
ORDERS_URL = os.environ["SHOP_ORDERS_URL"].rstrip("/")
PRICING_URL = os.environ.get("SHOP_PRICING_URL", "").rstrip("/")
DATA = Path(os.environ["SHOP_DATA"])
TOKEN_SECRET = os.environ["SHOP_TOKEN_SECRET"]
IMAGE_HOSTS = frozenset(os.environ["SHOP_IMAGE_HOSTS"].split(","))
PARTNERS = frozenset({"partner.shop.example", "returns.shop.example"})
TIMEOUT = 5
