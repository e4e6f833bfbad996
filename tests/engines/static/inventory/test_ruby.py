"""The inventory of small systems written in Ruby: Rails and Sinatra, across files."""

from engines.contract import Call, Function, Parameter
from tests.engines.static.inventory.written import edges, endpoints, inventory, only, parameters

ROUTES = """
Rails.application.routes.draw do
  root to: "pages#home"
  get "about" => "pages#about", as: :about
  get "/pages/search"
  match "/mail(/:word)(.:format)", to: "pages#mail", via: [:get, :post]
  resources :orders, only: [:index, :show] do
    get :preview, on: :member
    member do
      post "pay"
      delete :cancel, to: "payments#destroy"
    end
    collection { get :export, action: :download }
    resources :order_lines, except: [:index, :new, :create, :edit, :destroy], param: :position
  end
  resource :profile, only: %i[show update]
  namespace :admin do
    get "/", to: "board#index"
    resources :users, :shops, only: :index
    scope "/v1", module: "old" do
      delete "/users/:id", to: "users#destroy"
    end
  end
  scope path: "/api" do
    controller :pages do
      put "terms", to: :terms
    end
    resources :items, controller: "things", path: "stuff", only: [:create]
  end
end
"""
PAGES = """
class PagesController < ApplicationController
  def home; end
  def about
    helper
    render_page cookies[:seen]
  end
  def search; end
  def mail
    params.require(:mail).permit(:to, :text)
    Net::HTTP.get(URI("http://post/letters/#{params[:word]}"))
  end
  def terms; end

  private

  def helper
    request.headers["X-Shop"]
  end
end
"""
ORDERS = """
class OrdersController < ApplicationController
  before_action :find

  def index
    @orders = Shop::Orders.open(params.fetch(:page, 1))
  end
  def show
    page = params["page"]
    Shop::Finder.new(page).run do |found|
      note(found)
    end
  end
  def preview; end
  def pay; end
  def download; end
end

class OrderLinesController < OrdersController
  def show
    super
  end
  def update; end
end
"""
OTHERS = """
class ApplicationController < ActionController::Base
  include Shop::Noted
end
class PaymentsController < ApplicationController
  def destroy; end
end
class ProfilesController < ApplicationController
  def show; end
  def update; end
end
class ThingsController < ApplicationController
  def create; end
end
module Admin
  class BaseController < ApplicationController
    def index; end
  end
  class BoardController < BaseController; end
end
class Admin::UsersController < Admin::BaseController
  def index; end
end
class Admin::Old::UsersController < Admin::BaseController
  def destroy; end
end
"""
SHOP = """
module Shop
  class Orders < ApplicationRecord
    def self.open(page)
      Finder.new(page).all
    end
  end

  module Noted
    def note(text)
      Orders.open(text)
    end
  end
end
"""
FINDER = """
module Shop
  class Finder
    def initialize(page, store = nil)
      @page = page
      @store = Store.new
    end

    def all
      @store.list(@page)
    end

    def run
      yield all
    end
  end
end
class Shop::Finder
  Store = Struct.new(:rows) do
    def list(page)
      rows
    end
  end
end
"""
FILES = {
    "config/routes.rb": ROUTES, "app/controllers/pages_controller.rb": PAGES,
    "app/controllers/orders_controller.rb": ORDERS, "app/controllers/others.rb": OTHERS,
    "app/models/shop/orders.rb": SHOP, "lib/shop/finder.rb": FINDER,
    "spec/orders_spec.rb": 'describe "orders" do\n  it { get "/orders/1" }\nend\n',
}  # fmt: skip


def test_rails(tmp_path):
    assert endpoints(inventory(tmp_path, FILES)) == {
        ("GET", "/"): "PagesController#home",
        ("GET", "/about"): "PagesController#about",
        ("GET", "/pages/search"): "PagesController#search",
        ("GET", "/mail/{word}"): "PagesController#mail",
        ("POST", "/mail/{word}"): "PagesController#mail",
        ("GET", "/orders"): "OrdersController#index",
        ("GET", "/orders/{id}"): "OrdersController#show",
        ("GET", "/orders/{id}/preview"): "OrdersController#preview",
        ("POST", "/orders/{id}/pay"): "OrdersController#pay",
        ("DELETE", "/orders/{id}/cancel"): "PaymentsController#destroy",
        ("GET", "/orders/export"): "OrdersController#download",
        ("GET", "/orders/{order_id}/order_lines/{position}"): "OrderLinesController#show",
        ("PUT", "/orders/{order_id}/order_lines/{position}"): "OrderLinesController#update",
        ("PATCH", "/orders/{order_id}/order_lines/{position}"): "OrderLinesController#update",
        ("GET", "/profile"): "ProfilesController#show",
        ("PUT", "/profile"): "ProfilesController#update",
        ("PATCH", "/profile"): "ProfilesController#update",
        ("GET", "/admin"): "Admin::BaseController#index",
        ("GET", "/admin/users"): "Admin::UsersController#index",
        ("GET", "/admin/shops"): None,
        ("DELETE", "/admin/v1/users/{id}"): "Admin::Old::UsersController#destroy",
        ("PUT", "/api/terms"): "PagesController#terms",
        ("POST", "/api/stuff"): "ThingsController#create",
    }


def test_parameters_have_their_places(tmp_path):
    records = inventory(tmp_path, FILES)
    assert parameters(records, "/about") == {("seen", "cookie"), ("X-Shop", "header")}
    assert parameters(records, "/orders") == {("page", "query")}
    assert parameters(records, "/orders/{id}") == {("id", "path"), ("page", "query")}
    mailed = only(records, Parameter, method="POST", route="/mail/{word}")
    assert {(p.name, p.place) for p in mailed} == {("word", "path"), ("mail[to]", "form"), ("mail[text]", "form")}


def test_calls_cross_files(tmp_path):
    records = inventory(tmp_path, FILES)
    assert {
        ("PagesController#about", "PagesController#helper"),
        ("OrdersController#index", "Shop::Orders.open"),
        ("OrdersController#show", "Shop::Finder#initialize"),
        ("OrdersController#show", "Shop::Finder#run"),
        ("OrdersController#show", "Shop::Noted#note"),
        ("OrderLinesController#show", "OrdersController#show"),
        ("Shop::Orders.open", "Shop::Finder#all"),
        ("Shop::Noted#note", "Shop::Orders.open"),
        ("Shop::Finder#all", "Shop::Finder::Store#list"),
        ("Shop::Finder#run", "Shop::Finder#all"),
    } <= edges(records)
    assert [c.callee for c in only(records, Call, kind="http")] == ["http://post/letters/{}"]


def test_functions_have_the_names_of_the_run_time(tmp_path):
    found = {f.qualified_name: f.kind for f in only(inventory(tmp_path, FILES), Function)}
    assert found["Shop::Orders.open"] == found["Admin::UsersController#index"] == "method"
    # A block within a method runs as that method.
    assert not any(name.startswith("OrdersController#show.") for name in found)


SINATRA = """
require "sinatra"
require "sinatra/namespace"

get "/hello/:name" do |name|
  greeting(params[:name], params[:page])
end

namespace "/api" do
  post "/orders" do
    params["count"]
  end
end

helpers do
  def greeting(name, page) = name
end
"""
MODULAR = """
class Shop < Sinatra::Base
  get("/shop") { listed }

  put "/shop/:id" do
    halt 404 unless kept
    cookies[:session]
  end

  def listed
    params[:q]
  end
end
"""


def test_sinatra(tmp_path):
    records = inventory(tmp_path, {"app.rb": SINATRA, "lib/shop.rb": MODULAR})
    assert endpoints(records) == {
        ("GET", "/hello/{name}"): "<block>",
        ("POST", "/api/orders"): "<block>#2.<block>",
        ("GET", "/shop"): "Shop#<block>",
        ("PUT", "/shop/{id}"): "Shop#<block>#2",
    }
    assert parameters(records, "/hello/{name}") == {("name", "path"), ("page", "query")}
    assert parameters(records, "/api/orders") == {("count", "form")}
    assert parameters(records, "/shop") == {("q", "query")}
    assert parameters(records, "/shop/{id}") == {("id", "path"), ("session", "cookie")}
    assert ("Shop#<block>", "Shop#listed") in edges(records)
