"""A task of Celery."""

from celery import Celery
from jobs import CONNECTION, OPTIONS, store

app = Celery("tasks", broker=CONNECTION)
app.conf.broker_transport_options = OPTIONS
app.conf.task_default_queue = "tasks"


@app.task
def keep(item):
    store(item)
    if item == "bad":
        raise ValueError(item)
