; What a file uses. Capture names: ../README.md.
(import_statement name: (dotted_name) @import.path)
(import_statement name: (aliased_import name: (dotted_name) @import.path alias: (identifier) @import.alias))
(import_from_statement module_name: (_) @import.from name: (dotted_name) @import.name)
(import_from_statement
  module_name: (_) @import.from
  name: (aliased_import name: (dotted_name) @import.name alias: (identifier) @import.alias))
(import_from_statement module_name: (_) @import.from (wildcard_import) @import.all)

(assignment left: (_) @target type: (type)? @type right: (_)? @value)
(named_expression name: (identifier) @target value: (_) @value)
(with_item (as_pattern . (_) @value alias: (as_pattern_target) @target))
(return_statement (_) @return)
(lambda body: (_) @return)
(call) @call
(subscript subscript: (string)) @read
((attribute object: (attribute attribute: (identifier) @_place)) @read
  (#any-of? @_place "query" "forms" "params"))

