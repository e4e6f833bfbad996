(ns io.pedestal.http.route.tree
  "The part of Pedestal that a request passes: a router that finds a route.")

(defprotocol Router
  (find-route [this request]))

(defrecord TreeRouter [pattern path]
  Router
  (find-route [_ request]
    (when (re-matches pattern (:uri request))
      {:path path :route-name ::found})))
