(ns pricing.answers
  "How the service answers."
  (:require [clojure.data.json :as data]))

(def headers
  {"X-Content-Type-Options" "nosniff"
   "X-Frame-Options" "DENY"
   "Content-Security-Policy" "default-src 'none'"
   "Referrer-Policy" "no-referrer"
   "Strict-Transport-Security" "max-age=31536000"
   "Cache-Control" "no-store"})

(defn json
  ([body] (json 200 body))
  ([status body]
   {:status status
    :headers {"Content-Type" "application/json"}
    :body (data/write-str body)}))

(defn text [body]
  {:status 200
   :headers {"Content-Type" "text/plain; charset=utf-8"}
   :body body})

(defn page [body]
  {:status 200
   :headers {"Content-Type" "text/html; charset=utf-8"}
   :body body})

(defn wrap-headers [handler]
  (fn [request]
    (update (handler request) :headers merge headers)))

(defn wrap-failures [handler]
  (fn [request]
    (try
      (handler request)
      (catch Exception failure
        (println "could not answer" (:uri request) (.getMessage failure))
        (json 500 {:error "this cannot be answered"})))))
