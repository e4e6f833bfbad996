(ns leadline.tracer.tree
  "What one request did, folded: a tree of distinct call paths with counts, and the values that arrived at sinks."
  (:require [clojure.string :as str]
            [leadline.tracer.source :refer [file-of-namespace]]
            [leadline.tracer.speak :refer [quietly]])
  (:import (java.lang StackWalker StackWalker$StackFrame)
           (java.util.concurrent ThreadLocalRandom)
           (java.util.concurrent.atomic AtomicLong)
           (java.util.function Function)
           (java.util.stream Stream)))

(def max-nodes 400) ; call paths of one request
(def max-sinks 200) ; distinct sink values of one request
(def max-depth 60)
(def max-value 8000) ; characters of a value

(def ^:dynamic *node* "The call path that runs now, nil outside a request." nil)
(def ^:dynamic *busy* "Kinds of sinks further out: a value counts once." #{})

(def ^:private epoch (- (* 1000000 (System/currentTimeMillis)) (System/nanoTime)))

(defn now "Nanoseconds since 1970." [] (+ epoch (System/nanoTime)))

(defn new-id
  "Return the number of a span, never 0."
  []
  (let [id (.nextLong (ThreadLocalRandom/current))]
    (if (zero? id) (recur) id)))

(defn hex "A number as OTLP spells ids." [id] (format "%016x" id))

(defn new-node
  "One distinct call path. `place`: name, file and line of the definition; nil for the root of a request."
  [request parent place]
  {:request request :parent parent :place place :id (new-id) :depth (inc (:depth parent -1))
   :count (AtomicLong.) :started (now) :ended (AtomicLong. (now)) :error (atom nil) :children (atom {})})

(defn- child
  "Return the node of a call from another one; that other one itself where the request has too many of them."
  [{:keys [request children depth] :as node} place]
  (or (get @children place)
      (let [{:keys [nodes dropped]} request]
        (locking request
          (or (get @children place)
              (if (or (>= (count @nodes) max-nodes) (>= depth max-depth))
                (do (.incrementAndGet ^AtomicLong dropped) node)
                (let [made (new-node request node place)]
                  (swap! children assoc place made)
                  (swap! nodes conj made)
                  made)))))))

(defn enter
  "A function or method was called; outside a request nothing happens. Returns what `leave` takes."
  [place]
  (when-let [node *node*]
    (let [called (child node place)]
      (.incrementAndGet ^AtomicLong (:count called))
      (push-thread-bindings {#'*node* called})
      called)))

(defn failed
  "It ends by this exception."
  [node ^Throwable error]
  (when node
    (reset! (:error node) (.getName (class error)))))

(defn leave
  "It ended."
  [node]
  (when node
    (.set ^AtomicLong (:ended node) (now))
    (pop-thread-bindings)))

;; --- Where a sink was called from

(def ^:private frames (StackWalker/getInstance))
(def ^:private within 80) ; frames: one further out calls a framework, not the sink

(defn- place-of-frame
  "Function, file and line of a frame of the service's own code. A method has a class named in the source; a name that
  the compiler made up (of a body of `defmethod`) is left out."
  [^StackWalker$StackFrame frame]
  (let [[class-name function] (str/split (.getClassName frame) #"\$")
        [_ package type] (re-matches #"(.*)\.([^.]+)" class-name)
        named #(clojure.lang.Compiler/demunge %)
        file (some-> (if function class-name package) named file-of-namespace)]
    (when (and file (pos? (.getLineNumber frame)))
      {:file file
       :line (.getLineNumber frame)
       :name (cond
               (nil? function) (str type "." (named (.getMethodName frame)))
               (re-find #"^(eval\d+|fn__\d+|reify__\d+)$" function) nil
               :else (named function))})))

(defn- calling-place [node]
  (let [place (.walk ^StackWalker frames
                     (reify Function
                       (apply [_ stream]
                         (some place-of-frame (iterator-seq (.iterator (.limit ^Stream stream within)))))))
        {:keys [name file]} (:place node)]
    (cond
      (:name place) place
      (and place (= file (:file place))) (assoc place :name name))))

(defn note-sink
  "A value arrives at a sink that the service's own code called. Returns the number of its span, nil where none did."
  [kind value attributes]
  (when-let [node *node*]
    (when-let [place (calling-place node)]
      (let [{:keys [request]} node
            {:keys [sinks dropped]} request
            text (let [text (str value)] (subs text 0 (min (count text) max-value)))
            key [(:id node) kind text place]]
        (locking request
          (cond
            (get @sinks key) (swap! sinks update-in [key :count] inc)
            (>= (count @sinks) max-sinks) (.incrementAndGet ^AtomicLong dropped)
            :else (swap! sinks assoc key {:id (new-id) :node node :kind kind :value text :place place :count 1
                                          :time (now) :attributes attributes}))
          (get-in @sinks [key :id]))))))

(defn at-sink
  "Call a function that a value arrives at."
  [kind value attributes call]
  (if (or (nil? *node*) (nil? value) (*busy* kind))
    (call)
    (do (quietly (note-sink kind value attributes))
        (binding [*busy* (conj *busy* kind)] (call)))))
