(ns pricing.main
  "The service that knows what things cost."
  (:require [compojure.core :refer [GET defroutes]]
            [compojure.route :as route]
            [pricing.answers :as answers]
            [pricing.board :as board]
            [pricing.quotes :as quotes]
            [pricing.rules :as rules]
            [pricing.sheets :as sheets]
            [pricing.store :as store]
            [ring.adapter.jetty :refer [run-jetty]]
            [ring.middleware.params :refer [wrap-params]])
  (:gen-class))

(def version "4.6.0")

(defn health [_request]
  (answers/json {:status "ok" :version version}))

(defroutes routes
  (GET "/health" request (health request))
  (GET "/quote" request (quotes/show-quote request))
  (GET "/prices/:item" [item] (quotes/show-price item))
  (GET "/rules" request (rules/try-rule request))
  (GET "/tiers" request (rules/try-tiers request))
  (GET "/sheet" request (sheets/sheet request))
  (GET "/terms" request (sheets/terms request))
  (GET "/board" request (board/board request))
  (route/not-found nil))

(def app
  (-> routes
      wrap-params
      answers/wrap-failures
      answers/wrap-headers))

(defn -main [& _arguments]
  (store/prepare)
  (run-jetty #'app {:host (System/getenv "PRICING_HOST")
                    :port (Integer/parseInt (System/getenv "PRICING_PORT"))
                    :send-server-version? false}))
