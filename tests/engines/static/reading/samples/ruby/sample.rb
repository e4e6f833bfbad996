# Orders of a shop.
require "sinatra/base"
require_relative './helpers'

LIMIT = 10
$settings = { path: "/api" + "/v1" }

module Shop
  module Stored
    def note(text)
      logger.info "stored #{text}"
    end
  end

  class Orders < ::Base::Record
    include Stored, Shown
    extend Words
    attr_reader :store, :name
    TABLE = 'orders'
    @@count = 0

    before_action :find, only: [:show, :edit]
    scope :open, -> { where(state: "open") }

    def initialize(store, *rest, limit: LIMIT, name: nil, **more, &block)
      super(store)
      @store = store
      @kept = Store.new(limit)
      self.name = name
    end

    def self.open(id, size = 1)
      order = new(Store.default, limit: size)
      order.save!
      order
    end

    class << self
      def all
        @all ||= find_by_sql("select * from orders where id = #{LIMIT}")
      end
    end

    def show
      # A comment.
      found = @kept.find(params[:id]) || fallback
      sql = "select * from orders where name = '" + params["name"] + "'"
      same = "select * from orders where name = '#{params[:order][:name]}' \#{x}"
      text = <<~SQL
        select * from orders
        where id = #{found.id}
      SQL
      raw = 'it\'s'
      first, last = found
      a, (b, c) = found.pair
      found.each { |each| each.show(first) }
      found.map(&:name).each_with_index do |name, index|
        puts name, index
      end
      begin
        found.read
      rescue Failed, Broken => failure
        raise Failed.new(failure.message)
      ensure
        close
      end
      list = %w[a b]
      symbols = %i[a b]
      map = { "a" => 1, :b => 2.5, c: nil, "d": true, found: }
      Shop::Orders.open(1)&.save
      self.class.open(*list, **map)
      twice = ->(n, m = 2) { n * m }
      twice.call(1)
      redirect_to orders_path if found
      session[:user] = found
      return found, raw
    end

    def name=(value)
      @name = value
    end

    def ==(other) = other.name == name

    private

    def fallback = Orders.open(1)

    def find
      helper
    end
  end
end

class Shop::Lines < Shop::Orders
  def count; super + 1; end
end

Point = Struct.new(:x, :y) do
  def total
    x + y
  end
end

def top(a)
  a.to_s
end

get '/orders/:id' do |id|
  top(id)
end

Rails.application.routes.draw do
  resources :orders, only: [:index] do
    get :preview, on: :member
  end
  get "/about" => "pages#about", as: :about
end
