(ns pricing.store
  "The database of prices."
  (:require [clojure.java.io :as io]
            [clojure.java.jdbc :as jdbc]))

(def file (io/file (System/getenv "SHOP_DATA") "pricing.sqlite"))

(def db {:dbtype "sqlite" :dbname (.getPath file)})

(def prices
  [["kettle" 4900 10]
   ["teapot" 3900 10]
   ["mug" 900 50]
   ["tray" 2500 10]
   ["spoon" 400 100]])

(defn prepare
  "Create the table anew."
  []
  (io/make-parents file)
  (io/delete-file file true)
  (jdbc/with-db-connection [connection db]
    (jdbc/execute! connection ["CREATE TABLE prices (item TEXT PRIMARY KEY, cents INTEGER, bulk INTEGER)"])
    (jdbc/insert-multi! connection :prices [:item :cents :bulk] prices)))
