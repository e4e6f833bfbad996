; What a file uses. Capture names: ../README.md.
; What a required file defines is seen everywhere; its name tells which libraries are used.
(call
  method: (identifier) @_require
  arguments: (argument_list . (string) @import.from)
  (#match? @_require "^require(_relative)?$")) @import.all

(assignment left: (_) @target right: (_) @value)
(operator_assignment left: (_) @target right: (_) @value)
(rescue exceptions: (exceptions . (_) @type) variable: (exception_variable (_) @target))

(return (argument_list . (_) @return))
(method body: (body_statement (_) @return .))
(singleton_method body: (body_statement (_) @return .))
(method body: (call) @return)

(call) @call
; A name that is no variable is a call.
(
  [
    (body_statement (super) @call)
    (binary (super) @call)
    (assignment right: (super) @call)
    (body_statement (identifier) @call)
    (block_body (identifier) @call)
    (then (identifier) @call)
    (else (identifier) @call)
    (ensure (identifier) @call)
    (call receiver: (identifier) @call)
    (argument_list (identifier) @call)
    (pair value: (identifier) @call)
    (assignment right: (identifier) @call)
    (binary (identifier) @call)
    (interpolation (identifier) @call)
    (if condition: (identifier) @call)
    (unless condition: (identifier) @call)
    (if_modifier (identifier) @call)
    (unless_modifier (identifier) @call)
  ]
  (#not-match? @call "^(private|protected|public|module_function|raise|binding)$"))
(element_reference (_) [(simple_symbol) (string)]) @read
