; What a file defines. Capture names: ../README.md. Where two patterns name one function, the first one counts.
(function_declaration name: (_) @name parameters: (_) @parameters return_type: (_)? @returns body: (_) @body) @function
(generator_function_declaration
  name: (_) @name
  parameters: (_) @parameters
  return_type: (_)? @returns
  body: (_) @body) @function
(method_definition name: (_) @name parameters: (_) @parameters return_type: (_)? @returns body: (_) @body) @function
(function_expression name: (_)? @name parameters: (_) @parameters return_type: (_)? @returns body: (_) @body) @function
(generator_function name: (_)? @name parameters: (_) @parameters return_type: (_)? @returns body: (_) @body) @function
(arrow_function
  [parameter: (_) @parameters parameters: (_) @parameters]
  return_type: (_)? @returns
  body: (_) @body) @function

; A function without a name of its own has that of what it is assigned to.
(variable_declarator
  name: (identifier) @name
  value: [(arrow_function) (function_expression) (generator_function)] @function)
(public_field_definition name: (_) @name value: [(arrow_function) (function_expression)] @function)
(pair key: (_) @name value: [(arrow_function) (function_expression) (generator_function)] @function)
(assignment_expression
  left: [(identifier) @name (member_expression property: (_) @name)]
  right: [(arrow_function) (function_expression) (generator_function)] @function)
(assignment_expression
  left: (member_expression
    object: (member_expression object: (identifier) @owner property: (property_identifier) @_prototype)
    property: (property_identifier) @name)
  right: [(arrow_function) (function_expression)] @function
  (#eq? @_prototype "prototype"))

(abstract_method_signature name: (_) @name parameters: (_) @parameters return_type: (_)? @returns) @function @abstract
(interface_body
  (method_signature name: (_) @name parameters: (_) @parameters return_type: (_)? @returns) @function @abstract)

(class_declaration name: (_) @name body: (_) @body) @class
(abstract_class_declaration name: (_) @name body: (_) @body) @class @abstract
(class name: (_)? @name body: (_) @body) @class
(variable_declarator name: (identifier) @name value: (class) @class)
(interface_declaration name: (_) @name body: (_) @body) @class @abstract
(type_alias_declaration name: (_) @name value: (object_type) @body) @class @abstract

(extends_clause value: (_) @base)
(extends_type_clause type: (_) @base)
(implements_clause (_) @base)

(class_declaration decorator: (decorator) @decorator)
(abstract_class_declaration decorator: (decorator) @decorator)
(export_statement decorator: (decorator) @decorator declaration: (_) @decorated)
(class_body (decorator)+ @decorator . (method_definition) @decorated)

; What carries no meaning of its own.
(comment) @comment
