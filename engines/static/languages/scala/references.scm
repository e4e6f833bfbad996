; What a file uses. Capture names: ../README.md.
(import_declaration . ((identifier) @import.path . ".")* . (identifier) @import.path .)
(import_declaration . (identifier) @import.from ("." . (identifier) @import.from)* (namespace_wildcard) @import.all)
(import_declaration
  . (identifier) @import.from ("." . (identifier) @import.from)*
  (namespace_selectors (identifier) @import.name))
(import_declaration
  . (identifier) @import.from ("." . (identifier) @import.from)*
  (namespace_selectors [
    (arrow_renamed_identifier name: (_) @import.name alias: (identifier) @import.alias)
    (as_renamed_identifier name: (_) @import.name alias: (identifier) @import.alias)]))
(import_declaration
  . (identifier) @import.from ("." . (identifier) @import.from)*
  (namespace_selectors (namespace_wildcard) @import.all))
(import_declaration
  . (identifier) @import.from ("." . (identifier) @import.from)*
  (as_renamed_identifier name: (_) @import.name alias: (identifier) @import.alias))

(val_definition pattern: (_) @target type: (_)? @type value: (_) @value)
(var_definition pattern: (_) @target type: (_)? @type value: (_) @value)
(val_declaration name: (_) @target type: (_) @type)
(assignment_expression left: (_) @target right: (_) @value)
(enumerator . (identifier) @target (_) @value)
(typed_pattern pattern: (identifier) @target type: (_) @type)
; The parameters of a class are what it holds, also where they follow an annotation of its constructor.
(class_parameter) @field
(class_definition (annotation (arguments (ascription_expression (identifier) @field (_) @type))))

(function_definition
  body: [
    (call_expression) (field_expression) (identifier) (instance_expression) (infix_expression) (generic_function)
    (string) (interpolated_string_expression)
  ] @return)
(function_definition body: (block (_) @return .))
(function_definition body: (indented_block (_) @return .))
(call_expression) @call
(instance_expression) @call
(infix_expression operator: (identifier)) @call
(annotation arguments: (_)) @call
