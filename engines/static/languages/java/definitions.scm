; What a file defines. Capture names: ../README.md.
(package_declaration (_) @package)

(class_declaration name: (_) @name body: (_) @body) @class
(class_declaration (modifiers "abstract")) @abstract
(interface_declaration name: (_) @name body: (_) @body) @class @abstract
(enum_declaration name: (_) @name body: (_) @body) @class
(record_declaration name: (_) @name body: (_) @body) @class
(annotation_type_declaration name: (_) @name body: (_) @body) @class
; A class without a name has that of what it makes, and is one.
(object_creation_expression type: [(type_identifier) (generic_type)] @name @base (class_body) @body @class)
(enum_constant name: (_) @name body: (_) @body @class)

(superclass (_) @base)
(super_interfaces (type_list (_) @base))
(extends_interfaces (type_list (_) @base))

(method_declaration type: (_) @returns name: (_) @name parameters: (_) @parameters body: (_)? @body) @function
(method_declaration !body) @abstract
(constructor_declaration name: (_) @name parameters: (_) @parameters body: (_) @body) @function
(compact_constructor_declaration name: (_) @name body: (_) @body) @function
(lambda_expression parameters: (_) @parameters body: (_) @body) @function

(class_declaration (modifiers) @decorator)
(interface_declaration (modifiers) @decorator)
(record_declaration (modifiers) @decorator)
(enum_declaration (modifiers) @decorator)
(method_declaration (modifiers) @decorator)
(constructor_declaration (modifiers) @decorator)

; What carries no meaning of its own.
(line_comment) @comment
(block_comment) @comment
