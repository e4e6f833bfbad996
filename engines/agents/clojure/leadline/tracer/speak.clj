(ns leadline.tracer.speak
  "How the tracer speaks to people: on standard error, in a line."
  (:require [clojure.string :as str]))

(defn complain
  "Say it to who reads the log of the service."
  [& words]
  (binding [*out* *err*]
    (println "leadline tracer:" (str/join " " words))
    (flush)))

(defmacro quietly
  "What goes wrong in the tracer is the tracer's affair."
  [& body]
  `(try ~@body (catch Exception error# (complain "not recorded:" (str error#)) nil)))
