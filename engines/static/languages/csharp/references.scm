; What a file uses. Capture names: ../README.md.
(using_directive !name [(qualified_name) (identifier)] @import.path)
(using_directive name: (_) @import.alias [(qualified_name) (identifier) (generic_name)] @import.path .)

(local_declaration_statement
  (variable_declaration
    type: [
      (predefined_type) (identifier) (qualified_name) (generic_name) (nullable_type) (array_type) (tuple_type)
    ] @type
    (variable_declarator name: (_) @target (_)? @value .)))
(local_declaration_statement
  (variable_declaration type: (implicit_type) (variable_declarator name: (_) @target (_) @value .)))
(local_declaration_statement (variable_declaration (variable_declarator (tuple_pattern) @target (_) @value .)))
(using_statement (variable_declaration (variable_declarator name: (_) @target (_) @value .)))
(field_declaration
  (attribute_list)* @decorator
  (variable_declaration type: (_) @type (variable_declarator name: (_) @target (_)? @value .)))
(property_declaration (attribute_list)* @decorator type: (_) @type name: (_) @target value: (expression)? @value)
(foreach_statement type: [(predefined_type) (identifier) (qualified_name) (generic_name)] @type left: (identifier) @target)
(catch_declaration type: (_) @type name: (_) @target)
(declaration_pattern type: (_) @type name: (_) @target)
(declaration_expression type: [(predefined_type) (identifier) (qualified_name) (generic_name)] @type name: (_) @target)
(expression_statement (assignment_expression left: (_) @target right: (_) @value))
; The parameters of a class are what it holds.
(class_declaration (parameter_list (parameter) @field))
(struct_declaration (parameter_list (parameter) @field))
(record_declaration (parameter_list (parameter) @field))

(return_statement (_) @return)
(arrow_expression_clause (_) @return)
(lambda_expression body: (expression) @return)
(invocation_expression) @call
(object_creation_expression) @call
(attribute (attribute_argument_list)) @call
(element_access_expression subscript: (bracketed_argument_list (argument (string_literal)))) @read
(member_access_expression expression: (member_access_expression)) @read
