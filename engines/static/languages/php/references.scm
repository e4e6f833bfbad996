; What a file uses. Capture names: ../README.md.
(namespace_use_declaration (namespace_use_clause . [(name) (qualified_name)] @import.path !alias))
(namespace_use_declaration (namespace_use_clause . [(name) (qualified_name)] @import.path alias: (_) @import.alias))
(namespace_use_declaration
  (namespace_name) @import.from
  body: (namespace_use_group (namespace_use_clause . [(name) (qualified_name)] @import.name alias: (_)? @import.alias)))

(assignment_expression left: (_) @target right: (_) @value)
(property_declaration
  type: (_)? @type
  (property_element name: (_) @target default_value: (_)? @value))
(const_element . (_) @target (_) @value)
(enum_case name: (_) @target value: (_)? @value)
(static_variable_declaration name: (_) @target value: (_)? @value)
(catch_clause type: (type_list . (_) @type) name: (_) @target)
(property_promotion_parameter) @field

(return_statement (_) @return)
(arrow_function body: (_) @return)
(function_call_expression) @call
(member_call_expression) @call
(nullsafe_member_call_expression) @call
(scoped_call_expression) @call
(object_creation_expression) @call
(attribute) @call
[(include_expression) (include_once_expression) (require_expression) (require_once_expression)] @call
(subscript_expression (_) [(string) (encapsed_string)]) @read
