; What a file defines. Capture names: ../README.md.
(namespace_definition name: (_) @package)

(class_declaration name: (_) @name body: (_) @body) @class
(class_declaration (abstract_modifier)) @abstract
(interface_declaration name: (_) @name body: (_) @body) @class @abstract
(trait_declaration name: (_) @name body: (_) @body) @class
(enum_declaration name: (_) @name body: (_) @body) @class
(anonymous_class "class" @name body: (_) @body) @class

(base_clause (_) @base)
(class_interface_clause (_) @base)
(use_declaration [(name) (qualified_name)] @base) ; a trait

(function_definition
  name: (_) @name
  parameters: (_) @parameters
  return_type: (_)? @returns
  body: (_) @body) @function
(method_declaration
  name: (_) @name
  parameters: (_) @parameters
  return_type: (_)? @returns
  body: (_)? @body) @function
(method_declaration !body) @abstract
(anonymous_function parameters: (_) @parameters return_type: (_)? @returns body: (_) @body) @function
(arrow_function parameters: (_) @parameters return_type: (_)? @returns body: (_) @body) @function

(class_declaration attributes: (_) @decorator)
(interface_declaration attributes: (_) @decorator)
(method_declaration attributes: (_) @decorator)

; What carries no meaning of its own.
(comment) @comment
