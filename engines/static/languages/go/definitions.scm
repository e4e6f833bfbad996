; What a file defines. Capture names: ../README.md.
(package_clause (package_identifier) @package)

(function_declaration
  name: (_) @name
  parameters: (_) @parameters
  result: (_)? @returns
  body: (_)? @body) @function
(func_literal parameters: (_) @parameters result: (_)? @returns body: (_) @body) @function
(method_declaration
  receiver: (parameter_list
    (parameter_declaration
      type: [
        (type_identifier) @owner
        (generic_type type: (_) @owner)
        (pointer_type [(type_identifier) @owner (generic_type type: (_) @owner)])]) @receiver)
  name: (_) @name
  parameters: (_) @parameters
  result: (_)? @returns
  body: (_)? @body) @function
(method_elem name: (_) @name parameters: (_) @parameters result: (_)? @returns) @function @abstract

(type_spec name: (_) @name type: (struct_type) @body) @class
(type_spec name: (_) @name type: (interface_type) @body) @class @abstract
(type_spec
  name: (_) @name
  type: [(type_identifier) (function_type) (map_type) (slice_type) (qualified_type) (pointer_type)] @body) @class

; What is embedded lends its members.
(field_declaration !name type: [(type_identifier) (qualified_type) (generic_type)] @base)
(interface_type (type_elem . (_) @base .))

; What carries no meaning of its own.
(comment) @comment
