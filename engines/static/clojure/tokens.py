"""The tokens of Clojure's reader: https://clojure.org/reference/reader."""

from __future__ import annotations

import re

# One token and what stands before it. Every byte is matched by something, so nothing is ever tried twice.
TOKEN = re.compile(
    rb"""
    (?:[\s,]+|;[^\n]*|\#![^\n]*|\xef\xbb\xbf)*+
    (?:
      ([^\s,;"()\[\]{}@^`~\\'\#:][^\s,;"()\[\]{}@^`~\\]*+)       # 1 symbol, number, constant
    | (::?[^\s,;"()\[\]{}@^`~\\:][^\s,;"()\[\]{}@^`~\\]*+)        # 2 keyword
    | ([(\[{]|\#(?:\?@?)?\(|\#\{)                                # 3 opening
    | ([)\]}])                                                   # 4 closing
    | ("[^"\\]*+(?:\\.[^"\\]*+)*+")                              # 5 string
    | (\#"[^"\\]*+(?:\\.[^"\\]*+)*+")                            # 6 pattern
    | (\\.[^\s,;"()\[\]{}@^`~\\]*+)                              # 7 character
    | (\#\#[^\s,;"()\[\]{}@^`~\\]*+)                              # 8 ##Inf
    | (\#::?[^\s,;"()\[\]{}@^`~\\]*+(?=[\s,]*\{))                 # 9 #:prefix of a map
    | (\#[_'^=]|~@|['`~@^])                                       # 10 what changes the next form
    | (\#[^\s,;"()\[\]{}@^`~\\'\#_=?!<]++)                         # 11 tag
    | (.)                                                         # 12 anything else
    )?+
    """,
    re.VERBOSE | re.DOTALL,
)
ATOM, KEYWORD, OPENING, CLOSING, STRING, REGEX, CHARACTER, SYMBOLIC, PREFIX, MACRO, TAG = range(1, 12)
