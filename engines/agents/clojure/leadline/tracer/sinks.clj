(ns leadline.tracer.sinks
  "Sinks that are functions of Clojure or of a library: their vars tell what they are given."
  (:require [clojure.java.io :as io]
            [clojure.string :as str]
            [leadline.tracer.speak :refer [quietly]]
            [leadline.tracer.tree :refer [*busy* *node* at-sink hex note-sink]])
  (:import (java.io File)))

(defn- text-or-file [value]
  (when (or (string? value) (instance? File value) (instance? java.nio.file.Path value))
    (str value)))

(defn- local-file [value]
  (when-let [text (text-or-file value)]
    (when-not (re-find #"^[a-zA-Z]{2,}:" text) text)))

(defn- command [& words]
  (str/join " " (take-while string? words)))

(def ^:private sinks
  "Var → kind of sink, and what of its arguments arrives there."
  {'clojure.core/slurp ["file" (fn [file & _] (local-file file))]
   'clojure.core/spit ["file" (fn [file & _] (local-file file))]
   'clojure.core/load-file ["file" (fn [file] (local-file file))]
   'clojure.java.io/reader ["file" (fn [file & _] (local-file file))]
   'clojure.java.io/writer ["file" (fn [file & _] (local-file file))]
   'clojure.java.io/input-stream ["file" (fn [file & _] (local-file file))]
   'clojure.java.io/output-stream ["file" (fn [file & _] (local-file file))]
   'clojure.java.io/delete-file ["file" (fn [file & _] (local-file file))]
   'ring.util.response/file-response ["file" (fn [path & [{:keys [root]}]] (str (when root (str root "/")) path))]
   'clojure.core/read-string ["eval" (fn [& arguments] (last arguments))]
   'clojure.core/load-string ["eval" identity]
   'clojure.core/eval ["eval" pr-str]
   'clojure.java.shell/sh ["exec" command]
   'clojure.xml/parse ["xml" (fn [source & _] (text-or-file source))]
   'ring.util.response/redirect ["redirect" (fn [url & _] url)]})

(defn hook!
  "Replace the function of a var by `(f original)`, if its library is there."
  [symbol f]
  (let [path (str/replace (munge (namespace symbol)) "." "/")]
    (when (some #(io/resource (str path %)) [".clj" ".cljc" "__init.class"])
      (when-let [v (quietly (requiring-resolve symbol))]
        (alter-var-root v (fn [original] (with-meta (f original) (meta original))))))))

(defn record-sinks!
  "Hook the functions that are sinks."
  []
  (doseq [[symbol [kind value-of]] sinks]
    (hook! symbol
           (fn [original]
             (fn [& arguments]
               (if *node*
                 (at-sink kind (quietly (apply value-of arguments)) {} #(apply original arguments))
                 (apply original arguments)))))))

(defn record-clients!
  "Hook the HTTP clients: a sink each, whose request carries the trace on."
  []
  (doseq [symbol '[clj-http.client/request org.httpkit.client/request hato.client/request]]
    (hook! symbol
           (fn [original]
             (fn [request & more]
               (if-let [node (when-not (*busy* "http") *node*)]
                 (let [{:keys [url method request-method]} request
                       verb (str/upper-case (name (or method request-method :get)))
                       id (quietly (note-sink "http" url {"http.request.method" verb "url.full" url}))
                       parent (str "00-" (:trace (:request node)) "-" (hex (or id (:id node))) "-01")]
                   (binding [*busy* (conj *busy* "http")]
                     (apply original (assoc-in request [:headers "traceparent"] parent) more)))
                 (apply original request more)))))))
