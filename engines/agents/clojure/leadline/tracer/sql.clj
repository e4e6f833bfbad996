(ns leadline.tracer.sql
  "Connections that tell which statements they are given to run."
  (:require [clojure.string :as str]
            [leadline.tracer.sinks :refer [hook!]]
            [leadline.tracer.tree :refer [at-sink]])
  (:import (java.lang.reflect InvocationHandler InvocationTargetException Method Proxy)
           (java.sql CallableStatement Connection Driver DriverManager PreparedStatement Statement)))

(declare recording-proxy)

(defn- call [^Method method target arguments]
  (try
    (.invoke method target arguments)
    (catch InvocationTargetException error
      (throw (.getTargetException error)))))

(defn- intercepted [^Method method target arguments prepared]
  (let [name (.getName method)
        given (when (string? (first arguments)) (first arguments))
        go #(call method target arguments)]
    (cond
      (= name "prepareStatement") (recording-proxy PreparedStatement (go) given)
      (= name "prepareCall") (recording-proxy CallableStatement (go) given)
      (= name "createStatement") (recording-proxy Statement (go) nil)
      (str/starts-with? name "execute") (at-sink "sql" (or given prepared) {} go)
      :else (go))))

(defn- recording-proxy [^Class interface target statement]
  (Proxy/newProxyInstance
    (.getClassLoader (class recording-proxy))
    (into-array Class [interface])
    (reify InvocationHandler
      (invoke [_ _ method arguments]
        (intercepted method target arguments statement)))))

(defn- recorded-connection [connection]
  (if (or (nil? connection) (Proxy/isProxyClass (class connection)))
    connection
    (recording-proxy Connection connection nil)))

(defn record-drivers!
  "A driver of our own stands before all others. Compiled libraries do not see it: their own functions are hooked, too."
  []
  (let [drivers (vec (enumeration-seq (DriverManager/getDrivers)))]
    (run! #(DriverManager/deregisterDriver %) drivers)
    (DriverManager/registerDriver
      (reify Driver
        (connect [_ url properties]
          (some #(when (.acceptsURL ^Driver % url)
                   (recorded-connection (.connect ^Driver % url properties)))
                drivers))
        (acceptsURL [_ url] (boolean (some #(.acceptsURL ^Driver % url) drivers)))
        (getPropertyInfo [_ url properties]
          (some #(when (.acceptsURL ^Driver % url) (.getPropertyInfo ^Driver % url properties)) drivers))
        (getMajorVersion [_] 1)
        (getMinorVersion [_] 0)
        (jdbcCompliant [_] false)
        (getParentLogger [_] nil)))
    (run! #(DriverManager/registerDriver %) drivers))
  (hook! 'clojure.java.jdbc/get-connection
         (fn [original] (fn [& arguments] (recorded-connection (apply original arguments))))))
