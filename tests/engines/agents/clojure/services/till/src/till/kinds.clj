(ns till.kinds
  "One of every kind of definition.")

(defmulti price :kind)

(defmethod price :gift [_thing] 0)

(defmethod price :default
  [{:keys [cents]}]
  (inc cents))

(defprotocol Weighed
  (weight [this])
  (heavier [this other]))

(defrecord Box [side]
  Weighed
  (weight [_] (* side side))
  (heavier [this other] (> (weight this) (weight other))))

(extend-type String
  Weighed
  (weight [text] (count text)))

(extend-protocol Weighed
  Long
  (weight [number] number)
  Double
  (weight [number] (long number)))

(def feather
  (reify Weighed
    (weight [_] 1)))

(deftype Scale [^:unsynchronized-mutable total]
  Weighed
  (weight [_]
    (set! total (+ total 1))
    total)
  (heavier [_ other]
    (if (pos? (weight other))
      (recur (dec (weight other)))
      false)))

(defn several
  ([one] (several one 1))
  ([one two] (+ one two)))

(defn every [& numbers]
  (apply + numbers))

(defn countdown [number]
  (if (pos? number)
    (recur (dec number))
    number))

(defn half ^long [^long number]
  (quot number 2))

(defn- fails [_number]
  (throw (IllegalArgumentException. "not today")))

(defn- doubled [number]
  (* 2 number))

(defn total [numbers]
  (reduce + (map doubled numbers)))

(defn later [number]
  @(future (several number 3)))

(defn all-of-them [number]
  (try
    (fails number)
    (catch IllegalArgumentException _ nil))
  [(price {:kind :gift}) (price {:kind :other :cents number})
   (weight (->Box number)) (heavier (->Box 1) (->Box 2)) (weight "three") (weight number) (weight 2.5) (weight feather)
   (weight (->Scale 1)) (heavier (->Scale 1) 3)
   (several number) (every 1 2 3) (countdown 3) (half 4) (total [1 2 3]) (later number)])
