(ns leadline.tracer.source
  "Which code is the service's own: that of the files under the roots."
  (:require [clojure.java.io :as io]
            [clojure.string :as str])
  (:import (java.io File)))

(def ^:private own-files "Path from the classpath (a/b.clj) → path from the root (src/a/b.clj)." (atom {}))

(defn- suffixes [path]
  (->> (str/split path #"/")
       (iterate rest)
       (take-while seq)
       (map #(str/join "/" %))))

(defn- indexed [roots]
  (into {}
        (for [root roots
              :let [base (.toPath (.getCanonicalFile (io/file root)))]
              ^File file (file-seq (.toFile base))
              :when (re-find #"\.cljc?$" (.getName file))
              :let [path (str/replace (str (.relativize base (.toPath file))) File/separator "/")]
              suffix (suffixes path)]
          [suffix path])))

(defn index-roots!
  "Take the folders of the service's source. Returns how many files there are."
  [roots]
  (count (set (vals (reset! own-files (indexed roots))))))

(defn file-of-namespace
  "Return the path of its file relative to the root, nil for what is not the service's own."
  [namespace]
  (let [path (str/replace (munge (str namespace)) "." "/")]
    (some @own-files [(str path ".clj") (str path ".cljc")])))

(defn own? [namespace]
  (some? (file-of-namespace (ns-name namespace))))
