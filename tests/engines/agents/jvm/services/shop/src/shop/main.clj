(ns shop.main
  (:require [clojure.java.io :as io]
            [clojure.java.jdbc :as jdbc]
            [clojure.string :as str]
            [clojure.xml :as xml]
            [compojure.core :refer [ANY context defroutes GET POST routes]]
            [compojure.route :as route]
            [io.pedestal.http.route.tree :as tree]
            [reitit.core :as reitit]
            [ring.adapter.jetty :refer [run-jetty]]
            [ring.middleware.params :refer [wrap-params]]
            [ring.util.response :refer [redirect response]]
            [shop.forms :as forms])
  (:import (java.net URI)
           (java.net.http HttpClient HttpRequest HttpResponse$BodyHandlers)
           (java.security MessageDigest)
           (java.util Random))
  (:gen-class))

(def database {:connection-uri "jdbc:sqlite:file:shop?mode=memory&cache=shared"})
(def away (System/getenv "AWAY"))

(defn find-item [name]
  (->> name
       (format "select * from items where name = '%s'")
       (jdbc/query database))) ; mark sql

(defn by-parameter [name]
  (jdbc/query database ["select * from items where name = ?" name])) ; mark prepared

(defn sheet [name]
  (slurp (io/file "sheets" name))) ; mark file

(defn run-command [word]
  (.waitFor (.exec (Runtime/getRuntime) ^"[Ljava.lang.String;" (into-array ["echo" word])))) ; mark exec

(defn evaluate [text]
  (eval (read-string text))) ; mark eval

(defn digest [text]
  (.digest (MessageDigest/getInstance "MD5") (.getBytes ^String text))) ; mark crypto

(defn token []
  (.nextInt (Random.) 100)) ; mark random

(defn fetched [path]
  (slurp (str away path))) ; mark fetched

(defn sent [path]
  (.body (.send (HttpClient/newHttpClient) ; mark sent
                (.build (HttpRequest/newBuilder (URI. (str away path))))
                (HttpResponse$BodyHandlers/ofString))))

(defn parsed [text]
  (xml/parse (io/input-stream (.getBytes ^String text)))) ; mark xml

(defn lazily [xs]
  (map forms/plain xs))

(defroutes items
  (GET "/find/:name" [name]
    (response (pr-str (find-item name))))
  (GET ["/by/:name" :name #"[a-z]+"] [name] (response (pr-str (by-parameter name)))))

(defn wrap-marker [handler]
  (fn [request]
    (some-> (handler request)
            (assoc-in [:headers "X-Shop"] "yes"))))

(defroutes pages
  (GET "/health" [] "ok")
  (GET "/forms" [] (pr-str (forms/all)))
  (GET "/threads" [] (pr-str (forms/threads)))
  (GET "/lazily" [] (response (map str (lazily [1 2 3]))))
  (context "/v/:version" [_version]
    (context "/items" [] items))
  (GET "/sheet" [name] (sheet name))
  (POST "/run" [word] (str (run-command word)))
  (ANY "/eval" [text] (str (evaluate text)))
  (GET "/digest" [text] (str (count (digest text))))
  (GET "/token" [] (str (token)))
  (GET "/fetched" [path] (fetched path))
  (GET "/sent" [path] (sent path))
  (GET "/xml" [text] (str (:tag (parsed text))))
  (GET "/go" [to] (redirect to)) ; mark redirect
  (GET "/broken" [] (forms/thrown 1)))

(def numbers (reitit/router "/numbers/:id" #"/numbers/(\d+)"))
(def letters (tree/->TreeRouter #"/letters/[a-z]" "/letters/:letter"))

(defn other-routers [request]
  (cond
    (reitit/match-by-path numbers (:uri request)) (response "a number")
    (tree/find-route letters request) (response "a letter")))

(def app
  (-> (routes pages other-routers (route/not-found "nothing here"))
      wrap-marker
      wrap-params))

(defonce kept (jdbc/get-connection database))

(defn -main [port]
  (jdbc/execute! database ["create table items (name text, price int)"])
  (jdbc/insert! database :items {:name "tea" :price 5})
  (run-jetty app {:port (Integer/parseInt port) :host "127.0.0.1" :join? true}))
