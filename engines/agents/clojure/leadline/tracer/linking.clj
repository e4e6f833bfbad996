(ns leadline.tracer.linking
  "How a namespace was compiled, told from its class files: calls that are linked directly go through no var."
  (:require [clojure.java.io :as io]
            [clojure.string :as str]
            [leadline.tracer.code :as code])
  (:import (clojure.lang DynamicClassLoader Var)
           (java.io DataInputStream)))

(defn- class-bytes [^Class c]
  (io/resource (str (str/replace (.getName c) "." "/") ".class")))

(defn- called-statically
  "Return the classes whose `invokeStatic` a class file calls: the mark of direct linking. Reads its constant pool (Java
  Virtual Machine Specification, 4.4)."
  [resource]
  (with-open [in (DataInputStream. (io/input-stream resource))]
    (.skipBytes in 8)
    (let [size (.readUnsignedShort in)
          pool (loop [at 1 pool {}]
                 (if (>= at size)
                   pool
                   (let [tag (.readUnsignedByte in)
                         entry (case tag
                                 1 (.readUTF in)
                                 (3 4) (.readInt in)
                                 (5 6) (.readLong in)
                                 (7 8 16 19 20) (.readUnsignedShort in)
                                 (9 10 11 12 17 18) [(.readUnsignedShort in) (.readUnsignedShort in)]
                                 15 [(.readUnsignedByte in) (.readUnsignedShort in)])]
                     (recur (+ at (if (#{5 6} tag) 2 1)) (assoc pool at [tag entry])))))
          entry #(second (pool %))]
      (set (for [[tag [class-at name-at]] (filter #(= 10 (first %)) (vals pool))
                 :when (= "invokeStatic" (entry (first (entry name-at))))]
             (entry (entry class-at)))))))

(defn compiled
  "How a namespace came to be: `:source`, `:compiled` ahead of time, or `:linked`, with direct linking as well."
  [namespace]
  (let [classes (for [v (vals (ns-interns namespace))
                      :when (.hasRoot ^Var v)
                      :let [f (.getRawRoot ^Var v) f (::code/original (meta f) f)]
                      :when (fn? f)
                      :let [resource (class-bytes (class f))]
                      :when (and resource (not (instance? DynamicClassLoader (.getClassLoader (class f)))))]
                  [(.getName (class f)) resource])]
    (cond
      (empty? classes) :source
      (some (fn [[name resource]] (seq (disj (called-statically resource) (str/replace name "." "/")))) classes) :linked
      :else :compiled)))
