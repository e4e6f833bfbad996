; What a file uses: imports, assignments, calls, subscripts, what functions return, and texts.
(import_statement) @import
(import_from_statement) @import.from
(assignment left: (_) right: (_)) @assignment
(named_expression name: (identifier) value: (_)) @assignment
(with_item (as_pattern) @with)
(call) @call
(subscript) @subscript
(return_statement) @return
(string) @text
(decorator) @decorator
