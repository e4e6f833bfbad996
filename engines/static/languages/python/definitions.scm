; What a file defines. Capture names: ../README.md.
(function_definition
  name: (identifier) @name
  parameters: (parameters) @parameters
  return_type: (type)? @returns
  body: (block) @body) @function

(lambda parameters: (lambda_parameters)? @parameters body: (_) @body) @function

(class_definition
  name: (identifier) @name
  superclasses: (argument_list)? @bases
  body: (block) @body) @class

(decorated_definition (decorator) @decorator definition: (_) @decorated)
(decorated_definition
  (decorator [(identifier) @_mark (attribute attribute: (identifier) @_mark)])
  definition: (function_definition) @abstract
  (#match? @_mark "^abstract(method|property|classmethod|staticmethod)$"))
(decorated_definition
  (decorator [(identifier) @_mark (attribute attribute: (identifier) @_mark)])
  definition: (function_definition) @overload
  (#eq? @_mark "overload"))

; What carries no meaning of its own.
(comment) @comment
(function_definition body: (block . (comment)* . (string) @docstring))
(class_definition body: (block . (comment)* . (string) @docstring))
(module . (comment)* . (string) @docstring)
(block) @block
(tuple . (_) . "," @significant . ")") ; `(a,)` is not `(a)`
(tuple_pattern . (_) . "," @significant . ")")
