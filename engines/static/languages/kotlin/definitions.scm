; What a file defines. Capture names: ../README.md.
(package_header (identifier) @package)

(class_declaration (type_identifier) @name [(class_body) (enum_class_body)]? @body) @class
(class_declaration "interface") @abstract
(class_declaration (modifiers (inheritance_modifier) @_abstract) (#eq? @_abstract "abstract")) @abstract
(object_declaration (type_identifier) @name (class_body)? @body) @class
; The members of a companion are called as those of the class: it is none of its own.
(object_literal (delegation_specifier [(user_type) (constructor_invocation (user_type))] @name) (class_body) @body) @class
(enum_entry (simple_identifier) @name (class_body) @body) @class

(delegation_specifier (user_type) @base)
(delegation_specifier (constructor_invocation (user_type) @base))

(function_declaration
  (simple_identifier) @name
  (function_value_parameters) @parameters
  . [(user_type) (nullable_type) (function_type)]? @returns
  (function_body)? @body) @function
(function_declaration
  receiver: (receiver_type [(user_type (type_identifier) @owner) (nullable_type (user_type (type_identifier) @owner))])
  (simple_identifier) @name) @function
(function_declaration (modifiers (inheritance_modifier) @_abstract) (#eq? @_abstract "abstract")) @abstract
(class_declaration
  "interface"
  (class_body
    (function_declaration [(function_value_parameters) (user_type) (nullable_type) (function_type)] .) @abstract))
(secondary_constructor
  "constructor" @name
  (function_value_parameters) @parameters
  (statements)? @body) @function
(lambda_literal (lambda_parameters)? @parameters (statements)? @body) @function
(anonymous_function (function_value_parameters) @parameters (function_body) @body) @function
; What runs behind a property has the name of the property.
(_ (property_declaration (variable_declaration . (_) @name)) . (getter (function_body) @body) @function)
(_
  (property_declaration (variable_declaration . (_) @name))
  . (setter (parameter_with_optional_type) @parameters (function_body) @body) @function)

(class_declaration (modifiers) @decorator)
(object_declaration (modifiers) @decorator)
(function_declaration (modifiers) @decorator)
(secondary_constructor (modifiers) @decorator)

; What carries no meaning of its own.
(line_comment) @comment
(multiline_comment) @comment
