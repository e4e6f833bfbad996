"""Functions that run around the handlers of a class."""

from tests.engines.static.inventory.written import edges, endpoints, inventory, parameters

FILES = {
    "config/routes.rb": "Rails.application.routes.draw do\n  resources :orders, only: [:index, :show, :destroy]\nend\n",
    "app/base.rb": """
        class BaseController
          before_action :authenticate
          def authenticate
            cookies[:session]
          end
        end
    """,
    "app/orders.rb": """
        class OrdersController < BaseController
          before_action :find, :note, only: [:show, :destroy]
          after_action :count, except: :show

          def index; end
          def show; end
          def destroy; end

          private

          def find = Orders.find(params[:shop])
          def note; end
          def count; end
        end
    """,
}


def test_callbacks_are_called_by_the_handlers_that_they_are_for(tmp_path):
    records = inventory(tmp_path, FILES)
    assert len(endpoints(records)) == 3
    assert {edge for edge in edges(records) if edge[0].startswith("OrdersController#")} == {
        ("OrdersController#index", "BaseController#authenticate"),
        ("OrdersController#index", "OrdersController#count"),
        ("OrdersController#show", "BaseController#authenticate"),
        ("OrdersController#show", "OrdersController#find"),
        ("OrdersController#show", "OrdersController#note"),
        ("OrdersController#destroy", "BaseController#authenticate"),
        ("OrdersController#destroy", "OrdersController#find"),
        ("OrdersController#destroy", "OrdersController#note"),
        ("OrdersController#destroy", "OrdersController#count"),
    }


def test_what_they_read_are_parameters_of_the_endpoint(tmp_path):
    records = inventory(tmp_path, FILES)
    assert parameters(records, "/orders") == {("session", "cookie")}
    assert parameters(records, "/orders/{id}") == {("id", "path"), ("session", "cookie"), ("shop", "query")}
