(ns leadline.tracer
  "Records what a Clojure service does, in Clojure alone: for places where no JVM agent is allowed.

  `clojure.main -m leadline.tracer --roots FOLDER the.main.namespace ARGUMENTS` starts the service. Functions are seen
  through their vars, methods through the macros that define them, sinks through the vars of the libraries that are
  called. What does not go through a var or a macro is not seen (README.md beside this file); what of it can be told at
  the start is told, loudly. A failing tracer never breaks the service."
  (:require [clojure.string :as str]
            [leadline.tracer.code :as code]
            [leadline.tracer.export :as export]
            [leadline.tracer.linking :as linking]
            [leadline.tracer.requests :as requests]
            [leadline.tracer.sinks :as sinks]
            [leadline.tracer.source :as source]
            [leadline.tracer.speak :refer [complain quietly]]
            [leadline.tracer.sql :as sql])
  (:import (java.io File)))

(defn- listed
  "A few of them, in brackets."
  [what]
  (str "(" (str/join ", " (take 5 what)) (when (> (count what) 5) " …") ")"))

(defn- tell-what-is-missed []
  (let [namespaces (sort-by ns-name (filter source/own? (all-ns)))
        {:keys [linked compiled]} (group-by linking/compiled namespaces)
        {:keys [recorded] :as found} @code/seen]
    (when (seq linked)
      (complain "NOT RECORDED:" (count linked) "of" (count namespaces) "namespaces are compiled with direct linking, so"
                "their calls go through no var" (str (listed (map ns-name linked)) ";")
                "compile them without -Dclojure.compiler.direct-linking, start from source, or use the JVM agent"))
    (when (seq compiled)
      (complain "not recorded: methods (defmethod, defrecord, deftype, reify, extend-type) of" (count compiled)
                "namespaces that were compiled before" (str (listed (map ns-name compiled)) ";")
                "start from source to see them"))
    (doseq [[why what] (dissoc found :recorded)]
      (complain "not recorded:" (count what) "that" why (listed what)))
    (if (pos? recorded)
      (complain "recording" recorded "functions and methods of" (count namespaces) "namespaces")
      (complain "NOTHING IS RECORDED: no function of a namespace under the roots was found"))))

(def ^:private patience 15000) ; milliseconds in which a server is expected to be started

(defn- tell-without-server []
  (doto (Thread. ^Runnable (fn []
                             (Thread/sleep patience)
                             (when-not (:server @requests/begun)
                               (complain "NOTHING IS RECORDED: no server was started through the var of its function,"
                                         "so no request is seen; put leadline.tracer.requests/wrap-root around the"
                                         "handler, or use the JVM agent")))
                "leadline-watch")
    (.setDaemon true)
    (.start)))

(defn- roots-of
  "Return the roots, and the arguments behind them."
  [[option roots & more :as arguments]]
  (if (= "--roots" option)
    [(some-> roots (str/split #",")) more]
    [(some-> (System/getenv "LEADLINE_ROOTS") (str/split (re-pattern File/pathSeparator))) arguments]))

(defn- prepare! [roots]
  (when (zero? (source/index-roots! roots))
    (complain "NOTHING IS RECORDED: there is no Clojure source under" (str/join ", " roots)))
  (let [endpoint (or (System/getenv "OTEL_EXPORTER_OTLP_ENDPOINT") "http://127.0.0.1:4318")]
    (export/start-sending! (str (str/replace endpoint #"/+$" "") "/v1/traces")
                           (export/pairs (System/getenv "OTEL_EXPORTER_OTLP_HEADERS"))
                           (export/resource-of-environment)))
  (run! #(%) [requests/record-servers! requests/record-routes! sql/record-drivers! sinks/record-clients!
              sinks/record-sinks! code/record-code!]))

(defn -main [& arguments]
  (let [[roots [main & arguments]] (roots-of arguments)]
    (when-not (and roots main)
      (complain "say: clojure.main -m leadline.tracer --roots FOLDER[,FOLDER] NAMESPACE [ARGUMENT …]")
      (System/exit 64))
    (quietly (prepare! roots))
    (let [start (requiring-resolve (symbol main "-main"))]
      (quietly (code/record-namespaces!) (tell-what-is-missed) (tell-without-server))
      (apply start arguments))))
