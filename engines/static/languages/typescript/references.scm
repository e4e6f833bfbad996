; What a file uses. Capture names: ../README.md.
(import_statement (import_clause (identifier) @import.default) source: (_) @import.from)
(import_statement (import_clause (namespace_import (identifier) @import.alias)) source: (_) @import.path)
(import_statement
  (import_clause (named_imports (import_specifier name: (_) @import.name alias: (_)? @import.alias)))
  source: (_) @import.from)
(import_statement (import_require_clause (identifier) @import.alias source: (_) @import.path))

(variable_declarator
  name: (identifier) @import.alias
  value: (call_expression function: (identifier) @_require arguments: (arguments . (string) @import.path))
  (#eq? @_require "require"))
(variable_declarator
  name: (object_pattern [
    (shorthand_property_identifier_pattern) @import.name
    (pair_pattern key: (property_identifier) @import.name value: (identifier) @import.alias)])
  value: (call_expression function: (identifier) @_require arguments: (arguments . (string) @import.from))
  (#eq? @_require "require"))

; What another file gets from this one; what is handed on is imported first.
(export_statement (export_clause (export_specifier name: (_) @import.name)) source: (_) @import.from)
(export_statement (namespace_export (identifier) @import.alias) source: (_) @import.path)
(export_statement (namespace_export (identifier) @export))
(export_statement "*" source: (_) @import.from) @import.all
(export_statement (export_clause (export_specifier name: (_) @export alias: (_)? @export.as)))
(export_statement declaration: (_ name: (_) @export))
(export_statement declaration: (_ (variable_declarator name: (identifier) @export)))
(export_statement "default" declaration: (_ name: (_) @export.default))
(export_statement value: (_) @export.default)
(assignment_expression
  left: (member_expression object: (identifier) @_module property: (property_identifier) @_exports)
  right: (_) @export.default
  (#eq? @_module "module")
  (#eq? @_exports "exports"))
(assignment_expression
  left: (member_expression object: (_) @_exports property: (property_identifier) @export.as)
  right: (_) @export
  (#match? @_exports "^(module\\.)?exports$"))

(variable_declarator name: (_) @target type: (_)? @type value: (_)? @value)
(assignment_expression left: (_) @target right: (_) @value)
(public_field_definition decorator: (_)* @decorator name: (_) @target type: (_)? @type value: (_)? @value)
(interface_body (property_signature name: (_) @target type: (_)? @type))
(type_alias_declaration value: (object_type (property_signature name: (_) @target type: (_)? @type)))
(required_parameter (accessibility_modifier)) @field
(optional_parameter (accessibility_modifier)) @field

(return_statement (_) @return)
(arrow_function body: (expression) @return)
(call_expression) @call
(new_expression) @call
(member_expression object: (member_expression)) @read
(subscript_expression index: (string)) @read
