(ns shop.forms
  "Every form that defines a function, called by `all`."
  (:require [clojure.core.async :as async]
            [clojure.string :as str])
  (:import (java.util.concurrent CompletableFuture Executors)
           (java.util.function Supplier)))

(defn plain
  "With a text and attributes."
  {:added "1"}
  [x]
  (inc x))

(defn- hidden?! [x]
  (pos? x))

(defn arities
  ([a] (arities a 1))
  ([a b] (+ a b))
  ([a b & more]
   (apply + a b more)))

(defn hinted ^long [^long x]
  (* 2 x))

(defmulti area :kind)

(defmethod area :circle [shape]
  (* 3 (:r shape)))

(defmethod area [:a "b"] [_] 1)

(defmethod area :default named-default [_]
  (plain 0))

(defprotocol Priced
  (price [this])
  (rebate! [this percent]))

(defrecord Item [cost]
  Priced
  (price [_]
    (plain cost))
  (rebate! [_ percent]
    (let [less (fn [x] (- x percent))]
      (less cost))))

(deftype Bag [items]
  Priced
  (price [_] (reduce + (map price items)))
  (rebate! [_ _percent] nil)
  Object
  (toString [_] (str "bag" (count items))))

(extend-protocol Priced
  String
  (price [this]
    (count this))
  (rebate! [this _] this)
  nil
  (price [_] 0)
  (rebate! [_ _] nil))

(extend-type Long
  Priced
  (price [this]
    (plain this))
  (rebate! [this _] this))

(def adder (fn [x] (+ x 1)))
(def named-adder
  (fn my-adder [x] (+ x 1)))
(def short-adder #(+ % 1))

(defn outer [xs]
  (letfn [(helper [x] (other x))
          (other [x]
            (* x 2))]
    (let [local (fn local-fn [x]
                  (helper x))
          short #(local %)]
      (doall (map (fn [x] (short x)) xs)))))

(defn lazy [xs]
  (for [x xs]
    (plain x)))

(defn made [cost]
  (reify Priced
    (price [_]
      (plain cost))
    (rebate! [_ _] cost)))

(defn proxied []
  (proxy [Supplier] []
    (get []
      (plain 1))))

(defmacro twice [x]
  `(do ~x ~x))

(defn exclaim!->x* [x]
  (twice (plain x)))

(let [secret 5]
  (defn in-let [x]
    (+ x secret)))

(defn checked [x]
  {:pre [(pos? x)]}
  (loop [i 0]
    (if (< i x)
      (recur (inc i))
      i)))

(defn primitive ^double [^double x]
  (* x 2.0))

(defn thrown [x]
  (throw (ex-info "no" {:x x})))

(defn caught [x]
  (try
    (thrown x)
    (catch Exception _ x)))

(def table
  ["/tabled/:x"
   {:get {:handler (fn [x]
                     (plain x))}}])

(defn tabled [x]
  ((get-in table [1 :get :handler]) x))

(defn in-future [x]
  @(future (plain x)))

(defn in-executor [x]
  (let [pool (Executors/newSingleThreadExecutor)]
    (try
      (.get (.submit pool ^Callable (fn [] (plain x))))
      (finally (.shutdown pool)))))

(defn in-completable [x]
  (.get (CompletableFuture/supplyAsync (reify Supplier
                                         (get [_] (plain x))))))

(defn in-thread [x]
  (let [found (promise)]
    (.start (Thread. (fn [] (deliver found (plain x)))))
    @found))

(defn in-channel [x]
  (async/<!! (async/go (plain x))))

(defn in-parallel [x]
  (doall (pmap plain [x x x])))

(defn later [x]
  (future (Thread/sleep 100) (hidden?! x))
  x)

(defn all []
  [(plain 1) (hidden?! 1) (arities 1) (arities 1 2 3) (hinted 2)
   (area {:kind :circle :r 2}) (area {:kind [:a "b"]}) (area {:kind :none})
   (price (->Item 2)) (rebate! (map->Item {:cost 3}) 1) (price (Bag. [(->Item 1)])) (str (Bag. []))
   (price "abc") (price nil) (price 5) (adder 1) (named-adder 1) (short-adder 1)
   (outer [1 2]) (lazy [1 2]) (price (made 3)) (.get ^Supplier (proxied))
   (exclaim!->x* 1) (in-let 1) (checked 3) (primitive 2.0) (caught 1) (tabled 1)
   (str/join "," (lazy [1]))])

(defn threads []
  [(in-future 1) (in-executor 1) (in-completable 1) (in-thread 1) (in-channel 1) (in-parallel 1) (later 1)])
