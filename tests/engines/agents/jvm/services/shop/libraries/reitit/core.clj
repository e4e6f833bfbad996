(ns reitit.core
  "The part of Reitit that a request passes: a router that answers with a match.")

(defprotocol Router
  (match-by-path [this path]))

(defrecord Match [template data path-params])

(defn router [template pattern]
  (reify Router
    (match-by-path [_ path]
      (when-let [[_ found] (re-matches pattern path)]
        (->Match template {} {:id found})))))
