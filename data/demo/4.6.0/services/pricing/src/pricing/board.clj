(ns pricing.board
  "The price board of a shop window."
  (:require [clojure.java.jdbc :as jdbc]
            [hiccup.core :refer [h html]]
            [pricing.answers :as answers]
            [pricing.store :as store]))

(defn- row [{:keys [item cents]}]
  [:tr [:td (h item)] [:td (format "%.2f EUR" (/ cents 100.0))]])

(defn board [{{:strs [title]} :query-params}]
  (let [prices (jdbc/query store/db ["SELECT item, cents FROM prices ORDER BY item"])]
    (answers/page (html [:html
                         [:head [:title "Prices"]]
                         [:body [:h1 (h title)] [:table (map row prices)]]]))))
