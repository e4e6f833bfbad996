"""What a service can notice of its libraries, as JSON: the same with the agent's hooks (`run.py hooked`) as without."""

import hashlib
import hmac
import inspect
import io
import json
import logging
import os
import pickle
import random
import shutil
import sqlite3
import sys
import threading
import xml.etree.ElementTree as ElementTree

if sys.argv[1:] == ["hooked"]:
    from leadline_agent import bodies, following, sinks_audit, sinks_libraries

    for part in (following, sinks_libraries, bodies, sinks_audit):
        part.install()

import jinja2
import lxml.etree
import werkzeug.utils
import yaml


class Cursor(sqlite3.Cursor):
    """A subclass, as frameworks have them."""

    def execute(self, *arguments):
        return super().execute(*arguments)


def logged():
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(funcName)s %(filename)s %(message)s"))
    logger = logging.Logger("own")
    logger.addHandler(handler)
    logger.warning("%s", 1)
    return stream.getvalue()


def raised(call):
    try:
        call()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None


def seeded():
    random.seed(7)
    return [random.random(), random.choice("abc"), random.Random(3).randint(1, 9), random.sample(range(9), 3)]


def threaded():
    done = []
    thread = threading.Thread(target=done.append, args=(1,))
    thread.start()
    thread.join()
    return done


connection = sqlite3.connect(":memory:")
found = {
    "rmtree": shutil.rmtree.avoids_symlink_attacks,
    "stat": [os.stat in able for able in (os.supports_fd, os.supports_dir_fd, os.supports_follow_symlinks)],
    "stat of nothing": raised(lambda: os.stat("/no/such/file")),
    "exists": [os.path.exists("/"), os.path.exists("/no/such/file")],
    "logged": logged(),
    "digest": hashlib.md5(b"a").hexdigest() + hashlib.new("sha1", b"a").hexdigest(),
    "keyed": hmac.new(b"k", b"m", hashlib.md5).hexdigest() + hmac.new(b"k", b"m", "sha1").hexdigest(),
    "random": seeded(),
    "cursor": connection.cursor(Cursor).execute("SELECT ?", (1,)).fetchall(),
    "wrong statement": raised(lambda: connection.execute("SELEC")),
    "no statement": raised(lambda: connection.execute()),
    "connection": [
        type(connection).__name__,
        isinstance(connection, sqlite3.Connection),
        sqlite3.Connection.__module__,
    ],
    "pickle": pickle.loads(pickle.dumps({"a": 1})),
    "wrong pickle": raised(lambda: pickle.loads(b"?")),
    "yaml": yaml.load("a: [1]", Loader=yaml.Loader),
    "element": ElementTree.fromstring("<a><b/></a>").find("b").tag,
    "wrong element": raised(lambda: ElementTree.fromstring("<a>")),
    "parser": isinstance(lxml.etree.XMLParser(), lxml.etree._FeedParser),
    "xml": lxml.etree.fromstring("<a>1</a>", lxml.etree.XMLParser(recover=True)).xpath("string(.)"),
    "compiled path": lxml.etree.XPath("count(//b)")(lxml.etree.fromstring("<a><b/></a>")),
    "iterated": [element.tag for _, element in lxml.etree.iterparse(io.BytesIO(b"<a><b/></a>"))],
    "template": jinja2.Template("{{ a }}").render(a=1),
    "signatures": [
        str(inspect.signature(call))
        for call in (werkzeug.utils.redirect, jinja2.Environment.from_string, yaml.load, logging.Logger.handle)
    ],  # fmt: skip
    "redirect": werkzeug.utils.redirect("/a").headers["Location"],
    "thread": threaded(),
}
print(json.dumps(found))
