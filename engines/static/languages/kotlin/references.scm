; What a file uses. Capture names: ../README.md.
(import_header (identifier) @import.path .)
(import_header (identifier) @import.path (import_alias (_) @import.alias))
(import_header (identifier) @import.from (wildcard_import) @import.all)

(property_declaration
  (modifiers)? @decorator
  (variable_declaration . (_) @target (_)? @type .)
  "=" (_) @value)
(property_declaration (modifiers)? @decorator (variable_declaration . (_) @target (_) @type .) .)
(property_declaration (multi_variable_declaration) @target (_) @value .)
(assignment (directly_assignable_expression) @target (_) @value .)
(for_statement (variable_declaration . (_) @target (_)? @type .))
(when_subject (variable_declaration . (_) @target (_)? @type .) (_) @value .)
(catch_block . (simple_identifier) @target (_) @type)
; The parameters of a class are what it holds.
(class_parameter) @field

(function_body "=" (_) @return)
(jump_expression ["return" "return@"] (_) @return .)
(call_expression) @call
(infix_expression) @call
(annotation (constructor_invocation) @call)
(indexing_expression (indexing_suffix (string_literal))) @read
(navigation_expression (navigation_expression)) @read
