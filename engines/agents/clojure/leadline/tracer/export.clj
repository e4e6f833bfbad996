(ns leadline.tracer.export
  "Requests as OTLP/JSON, sent by a thread of its own: bounded, tried again on a fresh connection, never in the way. What
  is lost is counted and told with the next batch.

  See https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding"
  (:require [clojure.string :as str]
            [leadline.tracer.speak :refer [complain quietly]]
            [leadline.tracer.tree :refer [hex]])
  (:import (java.io IOException InputStream)
           (java.net HttpURLConnection URL URLDecoder)
           (java.util ArrayList)
           (java.util.concurrent LinkedBlockingQueue TimeUnit)
           (java.util.concurrent.atomic AtomicLong)))

(def max-waiting 1000) ; requests that wait to be sent

(def ^:private escapes
  (merge (into {} (for [i (range 32)] [(char i) (format "\\u%04x" i)])) {\" "\\\"" \\ "\\\\"}))

(defn- json [value]
  (cond
    (map? value) (str "{" (str/join "," (for [[k v] value] (str (json (name k)) ":" (json v)))) "}")
    (sequential? value) (str "[" (str/join "," (map json value)) "]")
    (or (number? value) (boolean? value)) (str value)
    :else (str \" (str/escape (str value) escapes) \")))

(defn- attributes [told]
  (for [[k v] told :when (some? v)]
    {:key k :value (if (integer? v) {:intValue (str v)} {:stringValue (str v)})}))

(defn- located [{:keys [name file line]}]
  {"code.function.name" name "code.file.path" file "code.line.number" line})

(defn- span [{:keys [trace]} id parent name kind [started ended] told error]
  (cond-> {:traceId trace :spanId (hex id) :name name :kind kind :attributes (attributes told)
           :startTimeUnixNano (str started) :endTimeUnixNano (str ended)}
    parent (assoc :parentSpanId parent)
    error (assoc :status {:code 2})))

(defn- times [{:keys [started ended]}]
  [started (.get ^AtomicLong ended)])

(defn- function-span [request {:keys [parent id place count error] :as node}]
  (span request id (hex (:id parent)) (:name place) 1 (times node)
        (assoc (located place) "leadline.calls" (.get ^AtomicLong count) "error.type" @error) nil))

(defn- sink-span [request {:keys [id node kind value place count time] told :attributes}]
  (span request id (hex (:id node)) (str "sink " kind) (if (= kind "http") 3 1) [time time]
        (merge (located place) told {"leadline.sink.kind" kind "leadline.calls" count
                                     (if (= kind "sql") "db.query.text" "leadline.sink.value") value})
        nil))

(defn- spans [{:keys [root parent told nodes sinks dropped] :as request}]
  (let [{verb "http.request.method" route "http.route" status "http.response.status_code" :as told} @told
        lost (.get ^AtomicLong dropped)]
    (concat
      [(span request (:id root) parent (str verb (when route (str " " route))) 2 (times root)
             (cond-> told (pos? lost) (assoc "leadline.dropped" lost)) (and status (>= status 500)))]
      (map #(function-span request %) @nodes)
      (map #(sink-span request %) (vals @sinks)))))

(defn pairs
  "Read `name=value,…`, percent-encoded, as OpenTelemetry's variables hold them."
  [text]
  (into {} (for [pair (str/split (or text "") #",") :let [[k v] (str/split pair #"=" 2)] :when v]
             [(str/trim k) (URLDecoder/decode (str/trim v) "UTF-8")])))

(defn resource-of-environment
  "Return the attributes of the service."
  []
  (merge {"service.name" "unknown_service:java"}
         (pairs (System/getenv "OTEL_RESOURCE_ATTRIBUTES"))
         (when-let [name (System/getenv "OTEL_SERVICE_NAME")] {"service.name" name})
         {"telemetry.sdk.language" "java" "telemetry.distro.name" "leadline"}))

(defn- post [url headers ^String body]
  (let [^HttpURLConnection connection (.openConnection (URL. url))]
    (doseq [[k v] headers] (.setRequestProperty connection k v))
    (doto connection
      (.setRequestMethod "POST") (.setDoOutput true) (.setConnectTimeout 3000) (.setReadTimeout 3000)
      (.setRequestProperty "Content-Type" "application/json"))
    (with-open [out (.getOutputStream connection)] (.write out (.getBytes body "UTF-8")))
    (let [status (.getResponseCode connection)]
      (some-> ^InputStream (if (< status 400) (.getInputStream connection) (.getErrorStream connection)) slurp)
      status)))

(def ^:private ^LinkedBlockingQueue waiting (LinkedBlockingQueue. (int max-waiting)))
(def ^:private lost (AtomicLong.)) ; spans that the receiver does not know of
(def ^:private sending (AtomicLong.)) ; requests that are on their way

(defn- send! [url headers resource requests]
  (let [spans (mapcat spans requests)
        dropped (.get ^AtomicLong lost)
        told (cond-> resource (pos? dropped) (assoc "leadline.dropped" dropped))
        body (json {:resourceSpans [{:resource {:attributes (attributes told)}
                                     :scopeSpans [{:scope {:name "leadline"} :spans spans}]}]})]
    (if (some (fn [pause]
                (Thread/sleep pause)
                (try (<= 200 (post url headers body) 299) (catch IOException _ false)))
              [0 500 1000])
      (.addAndGet ^AtomicLong lost (- dropped))
      (.addAndGet ^AtomicLong lost (count spans)))))

(defn start-sending!
  "Send what is offered from now on; on shutdown wait two seconds at most for what is left."
  [url headers resource]
  (let [work (fn []
               (when-let [first-one (.poll waiting 500 TimeUnit/MILLISECONDS)]
                 (Thread/sleep 50)
                 (let [more (ArrayList.)]
                   (.drainTo waiting more 100)
                   (try
                     (send! url headers resource (cons first-one more))
                     (finally
                       (.addAndGet ^AtomicLong sending (- (inc (count more)))))))))
        thread (Thread. ^Runnable (fn [] (while true (quietly (work)))) "leadline-export")]
    (doto thread (.setDaemon true) (.start))
    (.addShutdownHook (Runtime/getRuntime)
                      (Thread. ^Runnable (fn []
                                           (loop [left 40]
                                             (when (and (pos? left) (pos? (.get ^AtomicLong sending)))
                                               (Thread/sleep 50)
                                               (recur (dec left)))))))))

(defn offer!
  "Take a request that has ended, or count its spans as lost where too many wait."
  [request]
  (.incrementAndGet ^AtomicLong sending)
  (when-not (.offer waiting request)
    (.decrementAndGet ^AtomicLong sending)
    (.addAndGet ^AtomicLong lost (+ 1 (count @(:nodes request)) (count @(:sinks request))))))
