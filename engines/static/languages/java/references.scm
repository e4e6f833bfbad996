; What a file uses. Capture names: ../README.md.
(import_declaration [(scoped_identifier) (identifier)] @import.path .)
(import_declaration (_) @import.from (asterisk) @import.all)

(local_variable_declaration
  type: (_) @type
  declarator: (variable_declarator name: (_) @target value: (_)? @value)
  (#not-eq? @type "var"))
(local_variable_declaration
  type: (_) @_var
  declarator: (variable_declarator name: (_) @target value: (_) @value)
  (#eq? @_var "var"))
(field_declaration
  (modifiers)? @decorator
  type: (_) @type
  declarator: (variable_declarator name: (_) @target value: (_)? @value))
(constant_declaration type: (_) @type declarator: (variable_declarator name: (_) @target value: (_)? @value))
(enhanced_for_statement type: (_) @type name: (_) @target (#not-eq? @type "var"))
(resource name: (_) @target value: (_) @value)
(catch_formal_parameter (catch_type . (_) @type) name: (_) @target)
(instanceof_expression right: (_) @type name: (_) @target)
(assignment_expression left: (_) @target right: (_) @value)
(record_declaration parameters: (formal_parameters (formal_parameter) @field))

(return_statement (_) @return)
(lambda_expression body: (expression) @return)
(method_invocation) @call
(object_creation_expression) @call
(explicit_constructor_invocation) @call
(annotation) @call
