; What a file defines. Capture names: ../README.md.
(class name: (_) @name body: (_)? @body) @class
(module name: (_) @name body: (_)? @body) @class
(assignment
  left: (constant) @name
  right: (call receiver: (constant) @_maker block: (_) @class)
  (#match? @_maker "^(Struct|Data|Class|Module)$"))

(superclass (_) @base)
(body_statement
  (call method: (identifier) @_include arguments: (argument_list [(constant) (scope_resolution)] @base))
  (#match? @_include "^(include|extend|prepend)$"))

(method name: (_) @name parameters: (_)? @parameters body: (_)? @body) @function
(singleton_method object: (_) @static name: (_) @name parameters: (_)? @parameters body: (_)? @body) @function
(singleton_class value: (_) @static body: (body_statement (method name: (_) @name) @function))
(lambda parameters: (_)? @parameters body: (_) @body) @function
(call block: [(block parameters: (_)? @parameters body: (_) @body) (do_block parameters: (_)? @parameters body: (_) @body)] @function)

; What carries no meaning of its own.
(comment) @comment
