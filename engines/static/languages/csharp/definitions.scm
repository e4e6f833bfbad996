; What a file defines. Capture names: ../README.md.
(file_scoped_namespace_declaration name: (_) @package)
(namespace_declaration name: (_) @package)

(class_declaration name: (_) @name body: (_)? @body) @class
(class_declaration (modifier "abstract")) @abstract
(struct_declaration name: (_) @name body: (_)? @body) @class
(record_declaration name: (_) @name body: (_)? @body) @class
(enum_declaration name: (_) @name body: (_) @body) @class
(interface_declaration name: (_) @name body: (_) @body) @class @abstract

(base_list [(identifier) (qualified_name) (generic_name)] @base)
(base_list (primary_constructor_base_type type: (_) @base))

(method_declaration returns: (_) @returns name: (_) @name parameters: (_) @parameters body: (_)? @body) @function
(method_declaration !body) @abstract
(constructor_declaration name: (_) @name parameters: (_) @parameters body: (_) @body) @function
(destructor_declaration "~" @name body: (_) @body) @function
(operator_declaration type: (_) @returns operator: _ @name parameters: (_) @parameters body: (_) @body) @function
(local_function_statement type: (_) @returns name: (_) @name parameters: (_) @parameters body: (_) @body) @function
(lambda_expression parameters: (_) @parameters body: (_) @body) @function
(anonymous_method_expression parameters: (_)? @parameters (block) @body) @function
; What runs behind a property has the name of the property.
(property_declaration type: (_) @returns name: (_) @name value: (arrow_expression_clause) @body) @function
(property_declaration name: (_) @name accessors: (accessor_list (accessor_declaration body: (_) @body) @function))
(indexer_declaration
  type: (_) @returns
  "this" @name
  parameters: (_) @parameters
  value: (arrow_expression_clause) @body) @function

(class_declaration (attribute_list) @decorator)
(struct_declaration (attribute_list) @decorator)
(record_declaration (attribute_list) @decorator)
(interface_declaration (attribute_list) @decorator)
(method_declaration (attribute_list) @decorator)
(constructor_declaration (attribute_list) @decorator)
(lambda_expression (attribute_list) @decorator)

; What carries no meaning of its own.
(comment) @comment
