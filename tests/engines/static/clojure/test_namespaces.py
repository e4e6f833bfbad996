import pytest

from engines.static.clojure.forms import read
from engines.static.clojure.namespaces import Namespace, read_namespace

CODE = """
(ns ^{:doc "x"} kiln.store
  "Keeps bricks."
  (:refer-clojure :exclude [get])
  (:require [clojure.java.jdbc :as jdbc]
            [clojure.string :as str :refer [join] :rename {join joined}]
            [compojure.core :refer :all]
            [kiln.names :as-alias names]
            (ring.util [response :as response]))
  (:use [kiln.tools :only [mend]])
  (:import java.io.File
           [java.nio.file Files Paths]))
"""


@pytest.fixture
def namespace() -> Namespace:
    return read_namespace(read(CODE.encode()).forms)


@pytest.mark.parametrize(
    ("written", "full"),
    [
        ("jdbc/query", "clojure.java.jdbc/query"),
        ("joined", "clojure.string/join"),
        ("response/redirect", "ring.util.response/redirect"),
        ("mend", "kiln.tools/mend"),
        ("GET", "compojure.core/GET"),
        ("str", "clojure.core/str"),
        ("File.", "java.io.File/new"),
        ("java.io.FileReader.", "java.io.FileReader/new"),
        ("Files/readAllBytes", "java.nio.file.Files/readAllBytes"),
        ("Runtime/getRuntime", "java.lang.Runtime/getRuntime"),
        (".exec", ".exec"),
        ("File", "java.io.File"),
        ("unknown.place/f", "unknown.place/f"),
        ("-", "clojure.core/-"),
        ("..", "clojure.core/.."),
    ],
)
def test_names_are_resolved(namespace: Namespace, written: str, full: str) -> None:
    assert namespace.resolve(written, {"compojure.core/GET"}.__contains__) == full


def test_own_names_come_first(namespace: Namespace) -> None:
    namespace.own.add("str")
    assert namespace.resolve("str") == "kiln.store/str"


def test_keywords_are_qualified(namespace: Namespace) -> None:
    assert [namespace.keyword(text) for text in ("a", "b/a", ":a", ":names/a")] == [
        "a",
        "b/a",
        "kiln.store/a",
        "kiln.names/a",
    ]


def test_a_script_without_ns_requires_too() -> None:
    namespace = read_namespace(read(b"(require '[clojure.java.shell :as shell] '[a.b :refer [c]])").forms)
    assert (namespace.name, namespace.resolve("shell/sh"), namespace.resolve("c")) == (
        "user",
        "clojure.java.shell/sh",
        "a.b/c",
    )
    assert namespace.constructor("String") == "java.lang.String/new"
