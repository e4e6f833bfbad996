"""What every one of these applications does; the test looks for these functions in the trace."""

import threading
import time


def lookup(item):
    return {"item": item}


def part(number):
    return f"part {number}\n".encode()


def parts():
    for number in range(2):
        yield part(number)


def afterwards():
    time.sleep(0.7)  # the response is long gone
    return late()


def late():
    return None


def leave_behind():
    threading.Thread(target=afterwards).start()
