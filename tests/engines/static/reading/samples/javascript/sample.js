'use strict';
const express = require('express');
const { Router, json: parse } = require('express');
const routes = require('./routes/orders');

const app = express();
app.use(parse(), routes);

function Account(name) {
  this.name = name;
}

Account.prototype.close = function () {
  return this.db.query('select 1');
};

app.get('/orders/:id', (req, res) => {
  const { id } = req.params;
  const page = req.query['page'] || 1;
  res.render(<Order id={id} onClick={() => open(page)} />);
});

module.exports = { app, open: Account, list() {} };
