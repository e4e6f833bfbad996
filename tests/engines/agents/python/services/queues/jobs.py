"""What both ends of the queues share."""

import os

from kombu import Queue

CONNECTION = "filesystem://"
FOLDER = os.environ["BROKER"]
OPTIONS = {"data_folder_in": FOLDER, "data_folder_out": FOLDER, "control_folder": FOLDER + "/control"}
queue = Queue("parcels")


def store(item):
    return written(item)


def written(item):
    with open(os.devnull.replace("null", "zero"), "rb") as file:  # mark store
        return file.read(1)
