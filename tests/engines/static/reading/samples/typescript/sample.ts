import express, { Router as R, type Request } from 'express';
import * as path from 'node:path';
import config = require('./config');
import './side';
export { a, b as c } from './x.js';
export * from './y';
export * as ns from './z';

const legacy = require('./legacy'), { one, two: other } = require('./two');

@Controller('orders')
export default class Orders<T> extends Base<T> implements Shown, J.Kept {
  @Inject() private readonly service: Service = new Service<T>(1);
  static limit = 3;
  #secret = 'x';

  constructor(private readonly db: Db, @Body() dto: CreateDto, public n?: number) {
    super();
    this.dto = dto;
  }

  @Get(':id')
  @UseGuards(Guard)
  async find(@Param('id') id: string, { a, b: d = 1 }: Filter = {}, ...rest: any[]): Promise<Order> {
    const found = (await this.service.get(id))!;
    return found as Order;
  }

  handler = async (req: Request, res) => {
    const { page, sort: [first] } = req.query;
    res.send(`page ${page} of ${req.query.size ?? 1}`);
    db.query(`select * from ${table} where id = ` + req.body['id'], [1]);
  };
}

@Injectable()
abstract class Stored {
  abstract save(order: Order): void;
}

@Injectable() @Scoped('request')
class Plain {}

abstract class Kept extends Stored {}

interface Shown extends Named {
  title: string;
  show(at: Date): void;
}

type Filter = { a: string; b?: number };
export { Shown, Filter as Where };

// A comment.
export function first<T>(of: T[]): T { return of[0]; }
export const twice = (x: number | null) => x * 2, named = function own(y) { return y; };
export function* generate(...xs: Array<string>) { yield 1; }
const pick = function* () {}, Local = class { run() {} };
handlers.late = async (event) => event.id;
module.exports = { twice, kept: Local, 'by-name': function () {} };
exports.extra = () => ({ [key]: 1, x: [1, ...xs] });
module.exports.more = twice;
Orders.prototype.old = function () {};
app.get('/x', mw, async (req, res) => { next(req.params.id); }).post('/y', h, ...more);
export default twice;
