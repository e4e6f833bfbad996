; What a file uses. Capture names: ../README.md.
(import_spec !name path: (_) @import.path)
(import_spec name: (package_identifier) @import.alias path: (_) @import.path)
(import_spec name: (dot) @import.all path: (_) @import.from)

(const_spec name: (_) @target type: (_)? @type value: (expression_list . (_) @value .))
(var_spec . name: (identifier) @target . type: (_)? @type value: (_)? @value)
(short_var_declaration left: (_) @target right: (_) @value)
(short_var_declaration
  left: (expression_list . (identifier) @target)
  right: (expression_list . (type_assertion_expression type: (_) @type)))
(assignment_statement left: (_) @target right: (_) @value)
; An element is of the type that the list is read as.
(range_clause left: (expression_list (_) (identifier) @target) right: (_) @value)
(type_alias name: (_) @target type: (_) @value)

(field_declaration name: (_) @target type: [(map_type value: (_) @type) (slice_type element: (_) @type)])
(field_declaration
  name: (_) @target
  type: [(type_identifier) (qualified_type) (generic_type) (pointer_type) (function_type)] @type)
(field_declaration !name type: (type_identifier) @target @type)
(field_declaration !name type: (qualified_type name: (_) @target) @type)

(return_statement (_) @return)
(call_expression) @call
(composite_literal type: [(type_identifier) (qualified_type) (generic_type)]) @call
(index_expression index: [(interpreted_string_literal) (raw_string_literal)]) @read
