(ns leadline.tracer.requests
  "Servers and routers: where a request begins and ends, and the template of its route."
  (:require [clojure.string :as str]
            [leadline.tracer.export :refer [offer!]]
            [leadline.tracer.sinks :refer [hook!]]
            [leadline.tracer.speak :refer [complain]]
            [leadline.tracer.tree :refer [*node* hex new-id new-node now]])
  (:import (java.util.concurrent.atomic AtomicLong)))

(def begun "Whether a server was started, a request came, a function was seen." (atom {}))

(defn- begin [{:keys [request-method uri query-string headers]}]
  (let [[_ trace parent] (re-matches #"00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}" (get headers "traceparent" ""))
        request {:trace (or trace (str (hex (new-id)) (hex (new-id))))
                 :parent parent
                 :nodes (atom []) :sinks (atom {}) :dropped (AtomicLong.)
                 :told (atom {"http.request.method" (str/upper-case (name request-method))
                              "url.path" uri "url.query" query-string})}]
    (assoc request :root (new-node request nil nil))))

(defn- end! [{:keys [root told nodes] :as request} status ^Throwable error]
  (.set ^AtomicLong (:ended root) (now))
  (swap! told assoc
         "http.response.status_code" (if error 500 status)
         "error.type" (some-> error class .getName))
  (offer! request)
  (when (seq @nodes)
    (swap! begun assoc :functions true))
  (let [[before] (swap-vals! begun assoc :requests true)]
    (when-not (or (:functions @begun) (:requests before))
      (complain "the first request was answered, and no function of the service was seen to run:"
                (get @told "url.path")))))

(defn wrap-root
  "Ring middleware: records a request. The servers that are known have it put around their handler by themselves."
  [handler]
  (fn
    ([ring-request]
     (let [request (begin ring-request)]
       (try
         (let [response (binding [*node* (:root request)] (handler ring-request))]
           (end! request (:status response) nil)
           response)
         (catch Throwable error
           (end! request nil error)
           (throw error)))))
    ([ring-request respond raise]
     (let [request (begin ring-request)]
       (binding [*node* (:root request)]
         (handler ring-request
                  (fn [response] (end! request (:status response) nil) (respond response))
                  (fn [error] (end! request nil error) (raise error))))))))

(def ^:private servers
  '[ring.adapter.jetty/run-jetty ring.adapter.jetty9/run-jetty org.httpkit.server/run-server
    ring.adapter.undertow/run-undertow aleph.http/start-server immutant.web/run])

(defn record-servers!
  "Put a record of each request around the handler of a server that is started."
  []
  (doseq [server servers]
    (hook! server
           (fn [start]
             (fn [handler & more]
               (swap! begun assoc :server server)
               (apply start (wrap-root handler) more))))))

(defn- noting-route [handler route-of]
  (letfn [(note [request]
            (when-let [node *node*]
              (swap! (:told (:request node)) assoc "http.route" (route-of request))))]
    (fn
      ([request] (note request) (handler request))
      ([request respond raise] (note request) (handler request respond raise)))))

(defn- within-context [handler prefix]
  (fn
    ([request] (handler (update request ::context str prefix)))
    ([request respond raise] (handler (update request ::context str prefix) respond raise))))

(defn record-routes!
  "Tell the template of the route that took a request."
  []
  (hook! 'compojure.core/make-route
         (fn [make] (fn [method path handler]
                      (make method path (noting-route handler #(str (::context %) path))))))
  (hook! 'compojure.core/make-context
         (fn [make] (fn [route make-handler]
                      (let [prefix (str/replace (str route) #":__path-info$" "")]
                        (make route (fn [request] (within-context (make-handler request) prefix))))))))
