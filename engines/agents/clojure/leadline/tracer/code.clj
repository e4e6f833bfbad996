(ns leadline.tracer.code
  "Functions are recorded by what their var holds, methods by the macros that define them, which put a record of the
  call around each body."
  (:require [leadline.tracer.source :refer [file-of-namespace own?]]
            [leadline.tracer.tree :refer [*node* enter failed leave]]))

(def seen "Functions and methods that are recorded, and those that are out of reach." (atom {:recorded 0}))

(defn- out-of-reach [why what]
  (swap! seen update why (fnil conj (sorted-set)) (str what)))

(defn- recording [f place]
  (with-meta
    (fn [& arguments]
      (if *node*
        (let [node (enter place)]
          (try
            (apply f arguments)
            (catch Throwable error
              (failed node error)
              (throw error))
            (finally
              (leave node))))
        (apply f arguments)))
    (assoc (meta f) ::original f)))

(defn- primitive? [f]
  (some #(re-find #"^clojure\.lang\.IFn\$" (.getName ^Class %)) (supers (class f))))

(defn- constructor?
  "Whether a name is of a function that `defrecord` and `deftype` define beside the type."
  [name]
  (re-find #"^(map)?->[A-Z]" (str name)))

(defn record-var!
  "Let the function of a var be recorded, if the var is one of `defn`. Returns the var."
  [^clojure.lang.Var v]
  (let [{:keys [macro protocol arglists line ns name]} (meta v)
        f (when (.hasRoot v) (.getRawRoot v))]
    (cond
      (or macro protocol (nil? arglists) (not (fn? f)) (::original (meta f)) (constructor? name)) nil
      (primitive? f) (out-of-reach "take or return primitives" v)
      :else (do (alter-var-root v recording {:name (str name) :file (file-of-namespace (ns-name ns)) :line line})
                (swap! seen update :recorded inc)))
    v))

(defn- replace-macro! [^clojure.lang.Var macro rewrite]
  (alter-var-root macro (fn [original] (fn [form env & arguments] (rewrite original form env arguments))))
  (.setMacro macro))

(defn- record-definitions! [macro]
  (replace-macro! macro
    (fn [original form env arguments]
      (let [expanded (apply original form env arguments)]
        (if (own? *ns*)
          `(let [defined# ~expanded] (record-var! (var ~(first arguments))) defined#)
          expanded)))))

(defn- has-recur?
  "Whether a body jumps back to its own head: it cannot be put into a `try`."
  [form]
  (cond
    (not (coll? form)) false
    (and (seq? form) (= 'recur (first form))) true
    (and (seq? form) (#{'loop 'fn 'quote 'go-loop 'loop*} (first form))) false
    :else (some has-recur? (if (map? form) (mapcat identity form) form))))

(defn- recorded-body [name form body]
  (if (or (empty? body) (some has-recur? body))
    (do (when (seq body) (out-of-reach "jump back to their head (recur)" (str (ns-name *ns*) "/" name)))
        body)
    (let [node (gensym "node") place {:name name :file (file-of-namespace (ns-name *ns*)) :line (:line (meta form))}]
      (swap! seen update :recorded inc)
      (list `(let [~node (enter ~place)]
               (try
                 ~@body
                 (catch Throwable error# (failed ~node error#) (throw error#))
                 (finally (leave ~node))))))))

(defn- recorded-arities
  "Return what stands behind a name, `[a] …` or `([a] …) ([a b] …)`, with bodies that record."
  [name form tail]
  (if (vector? (first tail))
    (cons (first tail) (recorded-body name form (rest tail)))
    (for [arity tail]
      (if (and (seq? arity) (vector? (first arity)))
        (with-meta (cons (first arity) (recorded-body name form (rest arity))) (meta arity))
        arity))))

(defn- record-methods! [macro name-of]
  (replace-macro! macro
    (fn [original form env arguments]
      (if-not (own? *ns*)
        (apply original form env arguments)
        (loop [[spec & more] arguments protocol nil out []]
          (cond
            (and (nil? spec) (empty? more)) (apply original form env out)
            (and (seq? spec) (symbol? (first spec)))
            (let [name (str (name-of arguments protocol) "." (first spec))]
              (recur more protocol
                     (conj out (with-meta (cons (first spec) (recorded-arities name spec (rest spec))) (meta spec)))))
            :else (recur more (if (symbol? spec) spec protocol) (conj out spec))))))))

(defn- record-multimethods! []
  (replace-macro! #'defmethod
    (fn [original form env [multifn dispatch & tail :as arguments]]
      (if-not (own? *ns*)
        (apply original form env arguments)
        (let [[named tail] (split-with symbol? tail)
              name (str multifn " " (pr-str dispatch))]
          (apply original form env multifn dispatch (concat named (recorded-arities name form tail))))))))

(defn record-code!
  "Let everything that is defined from now on be recorded."
  []
  (run! record-definitions! [#'defn #'defn-])
  (record-multimethods!)
  (run! #(record-methods! % (fn [[type] _] type)) [#'defrecord #'deftype #'extend-type])
  (record-methods! #'reify (fn [_ protocol] protocol)))

(defn record-namespaces!
  "What was loaded without the macros of this file, because it was compiled before."
  []
  (doseq [namespace (all-ns) :when (own? namespace), v (vals (ns-interns namespace))]
    (record-var! v)))
