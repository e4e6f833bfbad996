"""JavaScript and TypeScript: routers across files, controllers, parameters, calls."""

from engines.contract import Call
from tests.engines.static.inventory.written import edges, endpoints, inventory, only, parameters


def test_express_routers_are_mounted_across_files(tmp_path):
    records = inventory(
        tmp_path,
        {
            "app.js": """
                const express = require('express');
                const walls = require('./routes/walls');
                const { bricks } = require('./routes');
                const app = express();
                app.use(express.json());
                app.use('/api/walls', auth, walls);
                app.use('/api', bricks);
                app.get('/health', (req, res) => res.send('ok'));
                app.set('view engine', 'pug');
                app.get('view engine');
                module.exports = app;
            """,
            "routes/walls.js": """
                const router = require('express').Router();
                const controller = require('../controllers/walls');
                router.get('/', controller.list);
                router.route('/:id').get(controller.show).delete(wrap(controller.remove));
                router.post(['/', '/new'], function create(req, res) {
                    controller.add(req.body.name, req.query.colour);
                });
                module.exports = router;
            """,
            "routes/index.ts": """
                import { Router } from 'express';
                export const bricks = Router();
                const inner = Router();
                bricks.use('/bricks', inner);
                inner.get('/:brick/size', async (req, res) => {
                  const { unit, round: r } = req.query;
                  res.json(await size(req.params.brick, unit));
                });
                function size(brick: string, unit: string) { return brick; }
            """,
            "controllers/walls.js": """
                exports.list = (req, res) => { res.json(load(req.query.page)); };
                exports.show = function (req, res) { load(req.params.id); };
                exports.remove = async (req, res) => {};
                exports.add = (name, colour) => load(name);
                function load(id) { return id; }
            """,
        },
    )
    found = endpoints(records)
    assert set(found) == {
        ("GET", "/api/walls/"), ("GET", "/api/walls/{id}"), ("DELETE", "/api/walls/{id}"), ("POST", "/api/walls/"),
        ("POST", "/api/walls/new"), ("GET", "/api/bricks/{brick}/size"), ("GET", "/health"),
    }  # fmt: skip
    assert (found["GET", "/api/walls/"], found["GET", "/api/walls/{id}"]) == ("list", "show")
    assert (found["DELETE", "/api/walls/{id}"], found["POST", "/api/walls/"]) == ("remove", "create")
    assert parameters(records, "/api/bricks/{brick}/size") == {
        ("brick", "path"), ("unit", "query"), ("round", "query"),
    }  # fmt: skip
    assert parameters(records, "/api/walls/new") == {("name", "json"), ("colour", "query")}
    assert {("list", "load"), ("show", "load"), ("create", "add"), ("add", "load")} <= edges(records)


def test_koa_routers_have_a_prefix(tmp_path):
    records = inventory(
        tmp_path,
        {
            "server.ts": """
                import Koa from 'koa';
                import walls from './walls';
                const app = new Koa();
                app.use(walls.routes()).use(walls.allowedMethods());
            """,
            "walls.ts": """
                import Router from '@koa/router';
                const router = new Router({ prefix: '/walls' });
                router.get('/:id', async (ctx) => { ctx.body = ctx.query.colour; });
                router.post('/', add);
                async function add(ctx) { const { name } = ctx.request.body; }
                export default router;
            """,
        },
    )
    assert endpoints(records)["POST", "/walls/"] == "add"
    assert set(endpoints(records)) == {("GET", "/walls/{id}"), ("POST", "/walls/")}
    assert parameters(records, "/walls/{id}") == {("id", "path"), ("colour", "query")}
    assert parameters(records, "/walls/") == {("name", "json")}


def test_nest_controllers(tmp_path):
    records = inventory(
        tmp_path,
        {
            "walls.controller.ts": """
                import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
                import { WallsService } from './walls.service';
                import { WallDto } from './wall.dto';

                @Controller('walls')
                export class WallsController {
                  constructor(private readonly walls: WallsService) {}

                  @Get()
                  list(@Query('colour') colour?: string) { return this.walls.list(colour); }

                  @Get(':id')
                  show(@Param('id') id: string): Promise<WallDto> { return this.walls.show(id); }

                  @Post()
                  add(@Body() wall: WallDto) { return this.walls.add(wall); }
                }
            """,
            "walls.service.ts": """
                export class WallsService {
                  list(colour: string) { return this.query(`select * from walls where colour = '${colour}'`); }
                  show(id: string) { return this.query('select 1'); }
                  add(wall: any) {}
                  private query(text: string) {}
                }
            """,
            "wall.dto.ts": "export class WallDto { name: string; height: number; }\n",
        },
    )
    assert endpoints(records) == {
        ("GET", "/walls"): "WallsController.list",
        ("GET", "/walls/{id}"): "WallsController.show",
        ("POST", "/walls"): "WallsController.add",
    }
    assert {("name", "json"), ("height", "json"), ("colour", "query")} <= parameters(records, "/walls")
    assert {
        ("WallsController.list", "WallsService.list"), ("WallsService.list", "WallsService.query"),
    } <= edges(records)  # fmt: skip


def test_requests_to_other_services(tmp_path):
    records = inventory(
        tmp_path,
        {
            "client.js": """
                import axios from 'axios';
                const base = 'http://orders';
                const client = axios.create({ baseURL: 'http://stock/api' });
                export const order = (id) => fetch(`${base}/orders/${id}`);
                export const stock = (id) => client.get('/items/' + id);
                export async function all() { return axios.post(base + '/orders', {}); }
            """
        },
    )
    assert {c.callee for c in only(records, Call, kind="http")} == {
        "http://orders/orders/{}", "http://stock/api/items/{}", "http://orders/orders",
    }  # fmt: skip


def test_a_handler_that_is_made_within_a_wrapper_is_what_is_made(tmp_path):
    records = inventory(
        tmp_path,
        {
            "app.ts": """
                import express from 'express';
                import { show, guarded } from './walls';
                const app = express();
                app.get('/walls', guarded(show()));
                app.get('/plain', show());
            """,
            "walls.ts": """
                export const guarded = (fn: any) => (req: any, res: any) => Promise.resolve(fn(req, res));
                export function show() {
                  return (req: any, res: any) => { res.json(load(req.query.colour)); };
                }
                function load(colour: string) { return colour; }
            """,
        },
    )
    found = endpoints(records)
    assert found["GET", "/walls"] == found["GET", "/plain"]
    assert (found["GET", "/walls"], "load") in edges(records)
    assert parameters(records, "/walls") == {("colour", "query")}
