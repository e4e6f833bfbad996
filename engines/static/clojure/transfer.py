"""Which well-known function does what with its arguments; others that hand data on are a list in `taint.yaml`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from engines.static.clojure import callbacks, maps, texts
from engines.static.clojure.forms import Form
from engines.static.clojure.values import Value

if TYPE_CHECKING:
    from engines.static.clojure.evaluator import Evaluator

Known = Callable[["Evaluator", list[Value], Form], Value]


def _core(names: str, known: Known) -> dict[str, Known]:
    return {f"clojure.core/{name}": known for name in names.split()}


KNOWN: dict[str, Known] = {
    **_core("str", texts.read_str),
    **_core("format", texts.read_format),
    "clojure.string/join": texts.read_join,
    "java.lang.String/format": texts.read_format,
    **_core("get", maps.read_get),
    **_core("get-in", maps.read_get_in),
    **_core("assoc assoc!", maps.read_assoc),
    **_core("assoc-in", maps.read_assoc_in),
    **_core("merge", maps.read_merge),
    "medley.core/deep-merge": maps.read_merge,
    "medley.core/assoc-some": maps.read_assoc,
    **_core("dissoc", maps.read_dissoc),
    **_core("select-keys", maps.read_select_keys),
    **_core("first peek key", maps.nth(0)),
    **_core("second val", maps.nth(1)),
    **_core("rest next", maps.read_rest),
    **_core(
        "identity seq vec doall deref atom ref agent volatile! force not-empty distinct sequence? "
        "with-meta vary-meta persistent! transient ensure-reduced reduced",
        maps.read_same,
    ),
    **_core("vector list", maps.read_vector),
    **_core("hash-map array-map sorted-map", maps.read_hash_map),
    **_core("conj conj!", maps.read_conj),
    **_core("into", callbacks.read_into),
    **_core("cons list*", maps.read_cons),
    **_core("concat", maps.read_concat),
    **_core("map mapv pmap keep mapcat", callbacks.read_mapped),
    **_core("map-indexed keep-indexed", callbacks.read_indexed),
    **_core("filter filterv remove take-while drop-while", callbacks.read_kept),
    **_core("run! some every? not-any? not-every?", callbacks.read_called),
    **_core("sort-by group-by partition-by max-key min-key", callbacks.read_walked),
    **_core("transduce", callbacks.read_transduce),
    **_core("sequence eduction", callbacks.read_sequence),
    **_core("reduce", callbacks.read_reduce),
    **_core("reduce-kv", callbacks.read_reduce_kv),
    **_core("apply", callbacks.read_apply),
    **_core("update", callbacks.read_updated),
    **_core("update-in", callbacks.read_updated_in),
    **_core("swap! alter send send-off vswap! trampoline", callbacks.read_swapped),
    **_core("partial", callbacks.read_partial),
    **_core("comp", callbacks.read_comp),
    **_core("constantly", callbacks.read_constantly),
    **_core("fnil complement memoize", callbacks.read_first_function),
    **_core("repeat", callbacks.read_repeat),
    **_core("repeatedly", callbacks.read_repeatedly),
    "clojure.walk/postwalk": callbacks.read_walked,
    "clojure.walk/prewalk": callbacks.read_walked,
}
