(ns pricing.sheets
  "Price sheets and terms, kept as files."
  (:require [clojure.java.io :as io]
            [pricing.answers :as answers])
  (:import (java.io IOException)))

(def files (io/file (or (System/getenv "PRICING_FILES") "files")))

(def terms-folder (.getCanonicalPath (io/file files "terms")))

(defn- missing []
  (answers/json 404 {:error "no such sheet"}))

(defn- sheet-file [name]
  (->> name
       (str "sheets/")
       (io/file files)))

(defn sheet [{{:strs [name]} :query-params}]
  (try
    (-> name sheet-file slurp answers/text)
    (catch IOException _
      (missing))))

(defn terms [{{:strs [name]} :query-params}]
  (try
    (let [file (.getCanonicalFile (io/file terms-folder (str name)))]
      (if (= (.getParent file) terms-folder)
        (answers/text (slurp file))
        (missing)))
    (catch IOException _
      (missing))))
