(ns pricing.quotes
  "What one thing costs, and what many cost."
  (:require [clojure.java.jdbc :as jdbc]
            [pricing.answers :as answers]
            [pricing.store :as store]))

(defn- amount [text]
  (or (some->> text (re-matches #"\d{1,4}") Integer/parseInt) 1))

(defn- price-of [item]
  (-> "SELECT item, cents, bulk FROM prices WHERE item = '"
      (str item "'")
      vector
      (->> (jdbc/query store/db))
      first))

(defn- total [{:keys [cents bulk]} number]
  (cond-> (* cents number)
    (>= number bulk) (* 9)
    (>= number bulk) (quot 10)))

(defn show-quote [{{:strs [item number]} :query-params}]
  (if-let [price (price-of item)]
    (answers/json (assoc price :total (total price (amount number))))
    (answers/json 404 {:error "no price is known"})))

(defn show-price [item]
  (if-let [price (first (jdbc/query store/db ["SELECT item, cents, bulk FROM prices WHERE item = ?" item]))]
    (answers/json price)
    (answers/json 404 {:error "no price is known"})))
