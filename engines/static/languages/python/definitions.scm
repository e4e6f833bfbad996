; What a file defines: functions and classes, with their names.
(function_definition name: (identifier) @function.name) @function
(class_definition name: (identifier) @class.name) @class
