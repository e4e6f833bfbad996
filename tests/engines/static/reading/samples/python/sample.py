#!/usr/bin/env python
"""A shop."""
import os.path, json as js
from .models import Order as Stored, Line
from . import views
from shop.rules import *

@app.get("/orders/<int:id>", methods=["GET"])
async def show(id, page: int = 1, *parts, where: List[str], q=Query("x"), **more: Any) -> Optional[Order]:
    # A comment.
    """Not the documentation, but skipped like it."""
    (first, second) = both = await fetch(id)
    with open(path) as file, lock:
        size = (count := 3) or other
    return f"a{page!r:>3}{{c" 'x' "\n"

class Orders(Base, metaclass=Meta, *mixins):
    """Orders."""
    kind: Annotated[int | None, Form("a")] = 3
    note: "str"
    ONE = (1,)
    (two,) = ONE

    def __init__(self, db: shop.Db):
        """Connect."""
        self.db = db or connect()
        self.page = request.args["page"]

    def find(self, table):
        rows = self.db.execute("SELECT a FROM b WHERE c = " + table + " and d = {}".format(1), self.find)
        def one(): return lambda: rows[0]
        visit(rows, self.find, lambda row: row.id, key=one, *parts)
        return self.get({"a": [r"\d", b"x"], **more})(1).all(-1)

    @abstractmethod
    @cached
    def find(self): return 1, two

class Shape(Protocol):
    def area(self) -> "float": ...

@overload
def plain(x: int) -> int: ...

def plain():
    # Why.
    """Documented below a comment."""
    """SELECT this stands alone and is documentation"""
    text = """
        select *
        from t
    """ % plain
    return text

def colour(request): return request.query.colour
