"""For every kind of sink uses that are one, marked at the end of their line, and `safe_` uses beside them.

`# sink KIND` expects the value given to the case among what arrived; `# sink KIND = TEXT` that very text, and
`# sink KIND (MODE)` that mode.
"""

import asyncio
import hashlib
import hmac
import io
import json
import logging
import marshal
import os
import pickle
import random
import secrets
import shelve
import sqlite3
import subprocess
import tempfile
import urllib.request
import xml.dom.minidom
import xml.sax
from pathlib import Path
from xml.etree import ElementTree
from xml.parsers import expat

import aiosqlite
import asyncpg
import bottle
import dill
import django.shortcuts
import flask
import httpx
import jinja2
import jsonpickle
import ldap3
import lxml.etree
import mako.template
import psycopg
import psycopg2
import psycopg2.sql
import pymysql
import requests
import sqlalchemy
import starlette.responses
import stubs
import yaml
from aiohttp import ClientSession, web
from Crypto.Cipher import AES, DES
from Crypto.Hash import MD5
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.http import HttpResponse
from django.template import Context, Engine, Template
from sqlalchemy.ext.asyncio import create_async_engine
from starlette.middleware.sessions import Session

FOLDER, SHELVES = tempfile.mkdtemp(), tempfile.mkdtemp()
logger = logging.getLogger(__name__)
PATH = ".//one"
app = flask.Flask(__name__)
app.secret_key = "of a test"


# ── statements ────────────────────────────────────────────────────────────────────────────────────────────


def sqlite(value):
    connection = sqlite3.connect(":memory:")
    connection.execute(f"SELECT '{value}'")  # sink sql
    connection.cursor().execute(f"SELECT '{value}'")  # sink sql
    connection.executescript(f"SELECT '{value}'")  # sink sql
    connection.executescript(f"CREATE TABLE {value} (one)")  # sink sql
    connection.cursor().executemany(f"INSERT INTO {value} VALUES (?)", [])  # sink sql


def safe_sqlite(value):
    sqlite3.connect(":memory:").execute("SELECT ?", [value])  # sink sql = SELECT ?


def statements_by_sqlalchemy(value):
    engine = sqlalchemy.create_engine("sqlite://")
    with engine.connect() as connection:
        connection.execute(sqlalchemy.text(f"SELECT '{value}'"))  # sink sql
        connection.exec_driver_sql(f"SELECT '{value}'")  # sink sql


def safe_statements_by_sqlalchemy(value):
    with sqlalchemy.create_engine("sqlite://").connect() as connection:
        connection.execute(sqlalchemy.text("SELECT :v"), {"v": value})  # sink sql = SELECT ?


async def statements_by_sqlalchemy_async(value):
    async with create_async_engine("sqlite+aiosqlite://").connect() as connection:
        await connection.execute(sqlalchemy.text(f"SELECT '{value}'"))  # sink sql


async def statements_by_aiosqlite(value):
    async with aiosqlite.connect(":memory:") as connection:
        await connection.execute(f"SELECT '{value}'")  # sink sql
        cursor = await connection.cursor()
        await cursor.execute(f"SELECT '{value}'")  # sink sql


def statements_by_psycopg(value):
    with psycopg.connect(stubs.postgresql(), autocommit=True) as connection:
        connection.execute(f"SELECT '{value}'")  # sink sql
        connection.cursor().execute(psycopg.sql.SQL("SELECT {}").format(psycopg.sql.Literal(value)))  # sink sql


def safe_statements_by_psycopg(value):
    with psycopg.connect(stubs.postgresql(), autocommit=True) as connection:
        connection.execute("SELECT %s", [value])  # sink sql = SELECT %s


async def statements_by_psycopg_async(value):
    async with await psycopg.AsyncConnection.connect(stubs.postgresql(), autocommit=True) as connection:
        await connection.execute(f"SELECT '{value}'")  # sink sql


def statements_by_psycopg2(value):
    connection = psycopg2.connect(stubs.postgresql())
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute(f"SELECT '{value}'")  # sink sql
    cursor.execute(psycopg2.sql.SQL("SELECT {}").format(psycopg2.sql.Literal(value)))  # sink sql
    connection.close()


async def statements_by_asyncpg(value):
    connection = await asyncpg.connect(stubs.postgresql())
    await connection.execute(f"SELECT '{value}'")  # sink sql
    await connection.fetch(f"SELECT '{value}'")  # sink sql
    connection.terminate()


def statements_by_pymysql(value):
    host, port = stubs.mysql()
    connection = pymysql.connect(host=host, port=port, user="u")
    connection.cursor().execute(f"SELECT '{value}'")  # sink sql
    connection.cursor().execute("SELECT %s", [1])  # sink sql = SELECT %s


# ── commands, files, code ─────────────────────────────────────────────────────────────────────────────────


def commands(value):
    os.system(f"true {value}")  # sink exec
    subprocess.run(["true", value])  # sink exec
    subprocess.run(f"true {value}", shell=True)  # sink exec
    subprocess.getoutput(f"true {value}")  # sink exec
    os.posix_spawn("/bin/true", ["true", value], {})  # sink exec
    os.popen(f"true {value}").close()  # sink exec


async def commands_async(value):
    process = await asyncio.create_subprocess_shell(f"true {value}")  # sink exec
    await process.wait()


def safe_commands(value):
    "".join(["true", value])


def files(value):
    path = os.path.join(FOLDER, value)
    open(path, "w").close()  # sink file (w)
    Path(path).write_text("x")  # sink file (w)
    Path(path).read_text()  # sink file (r)
    Path(path).exists()  # sink file (stat)
    os.path.exists(path)  # sink file (stat)
    os.path.isfile(path)  # sink file (stat)
    os.stat(path)  # sink file (stat)
    os.access(path, os.R_OK)  # sink file (stat)
    os.close(os.open(path, os.O_WRONLY))  # sink file (w)
    os.rename(path, path + "2")  # sink file (rename)
    os.remove(path + "2")  # sink file (remove)
    os.mkdir(path)  # sink file (mkdir)
    os.listdir(path)  # sink file (list)
    os.rmdir(path)  # sink file (rmdir)


def files_sent(value):
    path = Path(FOLDER, value)
    path.write_text("x")  # sink file (w)
    with app.test_request_context():
        flask.send_file(path)  # sink file
    starlette.responses.FileResponse(path)  # sink file (r)
    web.FileResponse(path)  # sink file (r)


def safe_files(value):
    os.path.join(FOLDER, value)
    Path(FOLDER, value).name.upper()
    io.BytesIO(value.encode()).read()


def code(value):
    eval(f"'{value}'")  # sink eval
    exec(f"x = '{value}'")  # sink eval
    exec(compile(f"x = '{value}'", "made.py", "exec"))  # sink eval


def safe_code(value):
    json.loads(json.dumps(value))
    sorted([value], key=lambda one: one)


# ── requests ──────────────────────────────────────────────────────────────────────────────────────────────


def http(value):
    url = stubs.http() + value
    httpx.get(url)  # sink http (GET)
    requests.post(url)  # sink http (POST)
    urllib.request.urlopen(url).close()  # sink http (GET)
    with httpx.Client() as client:
        client.put(url)  # sink http (PUT)


async def http_async(value):
    url = stubs.http() + value
    async with httpx.AsyncClient() as client:
        await client.get(url)  # sink http (GET)
    async with ClientSession() as session:
        async with session.get(url) as answer:  # sink http (GET)
            await answer.read()


# ── deserialisers ─────────────────────────────────────────────────────────────────────────────────────────


def deserialisers(value):
    pickle.loads(pickle.dumps(value))  # sink deserialize
    pickle.load(io.BytesIO(pickle.dumps(value)))  # sink deserialize
    marshal.loads(marshal.dumps(value))  # sink deserialize
    yaml.load(f"a: {value}", Loader=yaml.Loader)  # sink deserialize
    yaml.unsafe_load(f"a: {value}")  # sink deserialize
    jsonpickle.decode(f'"{value}"')  # sink deserialize
    dill.loads(dill.dumps(value))  # sink deserialize


def shelves(value):
    shelve.open(os.path.join(SHELVES, value)).close()  # sink deserialize (shelf)


def safe_deserialisers(value):
    yaml.safe_load(f"a: {value}")
    yaml.load(f"a: {value}", Loader=yaml.SafeLoader)
    json.loads(f'"{value}"')


# ── XML and XPath ─────────────────────────────────────────────────────────────────────────────────────────


def documents(value):
    text = f"<a>{value}</a>"
    ElementTree.fromstring(text)  # sink xml (internal-entities)
    ElementTree.parse(io.StringIO(text))  # sink xml (internal-entities)
    xml.dom.minidom.parseString(text)  # sink xml (internal-entities)
    xml.sax.parseString(text, xml.sax.ContentHandler())  # sink xml (internal-entities)
    expat.ParserCreate().Parse(text)  # sink xml (internal-entities)
    lxml.etree.fromstring(text)  # sink xml (internal-entities)
    resolving = lxml.etree.XMLParser(resolve_entities=True, load_dtd=True)
    lxml.etree.fromstring(text, resolving)  # sink xml (external-entities,dtd)
    strict = lxml.etree.XMLParser(resolve_entities=False)
    lxml.etree.fromstring(text, strict)  # sink xml (no-entities)
    lxml.etree.parse(io.BytesIO(text.encode()))  # sink xml (internal-entities)
    list(lxml.etree.iterparse(io.BytesIO(text.encode())))  # sink xml (internal-entities)


def documents_with_entities(value):
    parser = xml.sax.make_parser()
    parser.setFeature(xml.sax.handler.feature_external_ges, True)
    parser.parse(io.StringIO(f"<a>{value}</a>"))  # sink xml (external-entities)


def safe_documents(value):
    ElementTree.tostring(ElementTree.Element(value))
    lxml.etree.tostring(lxml.etree.Element(value))


def paths(value):
    root, other = ElementTree.Element("a"), lxml.etree.Element("a")
    root.find(f".//{value}")  # sink xpath
    ElementTree.ElementTree(root).findall(f"{value}")  # sink xpath
    other.xpath(f"//{value}")  # sink xpath
    lxml.etree.ElementTree(other).xpath(f"//{value}")  # sink xpath
    lxml.etree.XPath(f"//{value}")(other)  # sink xpath


def safe_paths(value):
    ElementTree.Element(value).find(".//one")


def searches(value):
    directory = ldap3.Connection(ldap3.Server("none"), client_strategy=ldap3.MOCK_SYNC)
    directory.bind()
    directory.search("dc=x", f"(cn={value})")  # sink ldap (dc=x)


# ── templates, redirects, sessions ────────────────────────────────────────────────────────────────────────


def templates(value):
    jinja2.Template(f"a {value}").render()  # sink template
    jinja2.Environment().from_string(f"a {value}").render()  # sink template
    mako.template.Template(f"a {value}").render()  # sink template
    Template(f"a {value}", engine=Engine()).render(Context())  # sink template
    Engine().from_string(f"a {value}").render(Context())  # sink template
    bottle.template(f"a {value} {{{{x}}}}", x=1)  # sink template
    with app.app_context():
        flask.render_template_string(f"a {value}")  # sink template


def safe_templates(value):
    environment = jinja2.Environment(loader=jinja2.DictLoader({"a": "b {{ c }}"}))
    environment.get_template("a").render(c=value)


def redirects(value):
    flask.redirect(value)  # sink redirect
    starlette.responses.RedirectResponse(value)  # sink redirect
    django.shortcuts.redirect("/" + value)  # sink redirect
    response = HttpResponse()
    response["Location"] = value  # sink redirect
    flask.Response().headers["location"] = value  # sink redirect
    starlette.responses.Response().headers["location"] = value  # sink redirect
    try:
        raise web.HTTPFound(value)  # sink redirect
    except web.HTTPFound:
        pass
    bottle.request.bind({"REQUEST_METHOD": "GET", "wsgi.input": io.BytesIO()})
    bottle.response.bind()
    try:
        bottle.redirect(value)  # sink redirect
    except bottle.HTTPResponse:
        pass


def safe_redirects(value):
    flask.Response().headers["X-Other"] = value
    HttpResponse()["X-Other"] = value


def sessions(value):
    with app.test_request_context():
        flask.session["name"] = value  # sink session-write (name)
        flask.session.setdefault("other", value)  # sink session-write (other)
        flask.session.update(third=value)  # sink session-write (third)
    session = SessionStore()
    session["name"] = value  # sink session-write (name)
    Session()["name"] = value  # sink session-write (name)


def safe_sessions(value):
    with app.test_request_context():
        flask.session.get(value)
    {}["name"] = value


# ── marks ─────────────────────────────────────────────────────────────────────────────────────────────────


def messages(value):
    logger.warning("got %s", value)  # sink log (WARNING)
    logging.error(f"got {value}")  # sink log (ERROR)
    logging.LoggerAdapter(logger, {}).warning("got %s", value)  # sink log (WARNING)


def safe_messages(value):
    logger.debug("got %s", value)  # not enabled


def ciphers(value):
    hashlib.md5(value.encode())  # sink crypto = md5
    hashlib.new("sha1", value.encode())  # sink crypto = sha1
    DES.new(b"8 bytes.", DES.MODE_ECB).encrypt(b"8 bytes.")  # sink crypto = DES-ECB
    AES.new(b"sixteen bytes ..", AES.MODE_ECB)  # sink crypto = AES-ECB
    MD5.new(value.encode())  # sink crypto = MD5


def safe_ciphers(value):
    hashlib.sha256(value.encode())
    hashlib.md5(value.encode(), usedforsecurity=False)
    hmac.new(b"key", value.encode(), hashlib.sha256).hexdigest()
    secrets.compare_digest(value, value)


def random_numbers(value):
    for _ in range(300):
        random.choice(value)  # sink random = random.choice
    random.Random(1).randint(1, 2)  # sink random = random.Random.randint
    random.random()  # sink random = random.random


def safe_random_numbers(value):
    secrets.choice(value)
    secrets.token_hex()
    random.SystemRandom().randint(1, 2)


# ── where it is called from ───────────────────────────────────────────────────────────────────────────────


def in_a_lambda(value):
    (lambda: os.system(f"true {value}"))()  # sink exec


def in_a_comprehension(value):
    [os.system(f"true {one}") for one in [value]]  # sink exec


def in_a_class(value):
    class Local:
        done = os.system(f"true {value}")  # sink exec

    return Local


def in_a_setter(value):
    class Shop:
        @property
        def price(self):
            return 1

        @price.setter
        def price(self, value):
            os.system(f"true {value}")  # sink exec

    Shop().price = value


def flooding(value):
    for number in range(200):
        logger.warning("got %s %s", number, value)  # sink log
