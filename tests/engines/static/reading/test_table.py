"""The table of expressions finds the parts of nodes."""

from tree_sitter_language_pack import get_language, get_parser

from engines.static.reading.table import every, part


def test_a_name_may_be_a_field_of_some_nodes_and_a_child_of_others():
    """`type_arguments` of Java is a field of a call, and a plain child of a type."""
    java = get_language("java")
    source = b"class A { List<String> b = Texts.<Long>c(1); }"
    nodes = [get_parser("java").parse(source).root_node]
    found = {}
    while nodes:
        node = nodes.pop()
        nodes += node.children
        if node.type in ("generic_type", "method_invocation"):
            one, all_ = part(java, node.type, "type_arguments")(node), every(java, node.type, "type_arguments")(node)
            found[node.type] = (one.text, [each.text for each in all_])
    assert found == {"generic_type": (b"<String>", [b"<String>"]), "method_invocation": (b"<Long>", [b"<Long>"])}


def test_a_position_that_a_node_lacks_is_no_part():
    """`Order[]::new` has one named child."""
    java = get_language("java")
    node = get_parser("java").parse(b"class A { F b = Order[]::new; }").root_node
    while node.type != "method_reference":
        node = node.named_child(node.named_child_count - 1)
    assert part(java, node.type, 0)(node).text == b"Order[]"
    assert part(java, node.type, 1)(node) is None and part(java, node.type, -2)(node) is None
