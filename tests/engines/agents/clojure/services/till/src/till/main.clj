(ns till.main
  (:require [clojure.java.io :as io]
            [clojure.java.jdbc :as jdbc]
            [clojure.java.shell :refer [sh]]
            [compojure.core :refer [GET context defroutes routes]]
            [compojure.route :as route]
            [ring.adapter.jetty :refer [run-jetty]]
            [ring.middleware.params :refer [wrap-params]]
            [ring.util.response :as response]
            [till.kinds :as kinds])
  (:gen-class))

(def db {:connection-uri "jdbc:sqlite::memory:"})

(defn text [value]
  {:status 200 :headers {"Content-Type" "text/plain"} :body (str value)})

(defn query [item]
  (jdbc/query db [(str "select '" item "' as item")])) ; sink sql

(defn sinks [{{:strs [value]} :query-params}]
  (query value)
  (.exists (io/file value))
  (when (nil? value) (slurp "never"))
  (try
    (slurp (io/file "/nowhere" value)) ; sink file
    (catch java.io.FileNotFoundException _ nil))
  (read-string (str \" value \")) ; sink eval
  (sh "printf" value) ; sink exec
  (response/redirect (str "/" value))) ; sink redirect

(defn desk [shop desk]
  (text (str shop desk)))

(defn kinds [number]
  (text (pr-str (kinds/all-of-them (Long/parseLong number)))))

(defn broken [_request]
  (throw (IllegalStateException. "broken")))

(defroutes app-routes
  (GET "/health" [] (text "well"))
  (GET "/kinds/:number" [number] (kinds number))
  (GET "/sinks" request (sinks request))
  (GET "/broken" request (broken request))
  (context "/shops/:shop" [shop]
    (routes (GET "/desks/:number" [number] (desk shop number))))
  (route/not-found "none"))

(def app (wrap-params app-routes))

(defn -main [port]
  (run-jetty #'app {:host "127.0.0.1" :port (Long/parseLong port)}))
