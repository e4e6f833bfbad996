; What a file defines. Capture names: ../README.md.
(package_clause name: (_) @package)

(class_definition name: (_) @name body: (_)? @body) @class
(class_definition (modifiers "abstract")) @abstract
(object_definition name: (_) @name body: (_)? @body) @class
(trait_definition name: (_) @name body: (_)? @body) @class @abstract
(enum_definition name: (_) @name body: (_)? @body) @class
; A class without a name has that of what it makes, and is one.
(instance_expression [(type_identifier) (generic_type)] @name @base (template_body) @body @class)

(class_definition extend: (extends_clause [(type_identifier) (generic_type) (stable_type_identifier)] @base))
(object_definition extend: (extends_clause [(type_identifier) (generic_type) (stable_type_identifier)] @base))
(trait_definition extend: (extends_clause [(type_identifier) (generic_type) (stable_type_identifier)] @base))

(function_definition
  name: (_) @name
  parameters: (parameters)* @parameters
  return_type: (_)? @returns
  body: (_) @body) @function
(function_declaration
  name: (_) @name
  parameters: (parameters)* @parameters
  return_type: (_)? @returns) @function @abstract
(extension_definition parameters: (parameters (parameter) @receiver) body: (function_definition) @function)
; A block that is handed over is a function, with the parameters of the one in it.
(call_expression arguments: (block . (lambda_expression parameters: (_) @parameters) .) @body @function)
(call_expression arguments: (block) @body @function)
(call_expression arguments: (case_block) @body @function)
(arguments (lambda_expression parameters: (_) @parameters (_) @body) @function)
(val_definition value: (lambda_expression parameters: (_) @parameters (_) @body) @function)

(class_definition (annotation) @decorator)
(trait_definition (annotation) @decorator)
(function_definition (annotation) @decorator)

; What carries no meaning of its own.
(comment) @comment
(block_comment) @comment
