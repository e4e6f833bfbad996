(ns pricing.rules
  "Discounts, as the shop's staff write them down: {:from 10 :percent 5}."
  (:require [clojure.edn :as edn]
            [pricing.answers :as answers]))

(def sample 10000)

(defn- after [{:keys [from percent]} cents]
  (if (and (number? from) (number? percent) (>= cents from))
    (- cents (quot (* cents (long percent)) 100))
    cents))

(defn- written [text]
  (-> text
      (or "{}")
      read-string))

(defn try-rule [{{:strs [rule]} :query-params}]
  (try
    (answers/json {:cents (after (written rule) sample)})
    (catch RuntimeException _
      (answers/json 400 {:error "this is not a rule"}))))

(defn try-tiers [{{:strs [tiers]} :query-params}]
  (try
    (let [tiers (edn/read-string (or tiers "[]"))]
      (answers/json {:cents (reduce #(after %2 %1) sample (filter map? tiers))}))
    (catch RuntimeException _
      (answers/json 400 {:error "these are no tiers"}))))
