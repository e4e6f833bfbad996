"""Every way that Python code can run, one scenario a function whose name begins with `case_`."""

import asyncio
import functools
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from contextvars import copy_context
from typing import overload

from registry import registered


def one():
    """Have nothing but documentation."""


def two(value=None):
    return value


def wrapping(function):
    @functools.wraps(function)
    def wrapper(*arguments):
        return function(*arguments)

    return wrapper


@wrapping
@wrapping
def decorated():
    return one()


class Shop:
    listed = [two(number) for number in range(2)]
    is_open = staticmethod(lambda shop: two(shop))

    def __init__(self):
        self.sold = [self.sell(number) for number in range(2)]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return one()

    def __private(self):
        return one()

    def sell(self, number):
        return number

    @property
    def price(self):
        return one()

    @price.setter
    def price(self, value):
        self.paid = two(value)

    @classmethod
    def opened(cls):
        return cls()

    @staticmethod
    def closed():
        return one()

    def ask(self):
        return self.__private()

    class Shelf:
        def reach(self):
            def stretch():
                class Arm:
                    def grab(self):
                        return (lambda: one())()

                return Arm().grab()

            return stretch()


@overload
def doubled(value: int) -> int: ...
@overload
def doubled(value: str) -> str: ...
def doubled(value):
    return value * 2


if True:

    def chosen():
        return one()

else:

    def chosen():
        return two()


def replaced():
    return one()


def replaced():  # noqa: F811
    return two()


partly = functools.partial(two, 1)


def case_decorated():
    decorated()


def case_class():
    shop = Shop.opened()
    shop.price = shop.price
    Shop.closed()
    shop.ask()
    Shop.Shelf().reach()
    Shop.is_open(shop)


def case_class_in_function():
    class Local:
        made = two()

        def run(self):
            return one()

    Local().run()


def case_names():
    doubled(2)
    chosen()
    replaced()
    partly()
    registered()


def case_comprehensions():
    [two(number) for number in range(2)]
    {two(number): one() for number in range(2)}
    sum(len([two()]) for number in range(2))
    sorted([2, 1], key=lambda number: two(number))


def case_recursion(depth=3):
    if depth:
        case_recursion(depth - 1)
    one()


def raising():
    try:
        failing()
    except ValueError as error:
        raise KeyError from error


def failing():
    raise ValueError


def reraising():
    try:
        failing()
    except ValueError:
        one()
        raise


def case_exceptions():
    for function in (raising, reraising):
        try:
            function()
        except (KeyError, ValueError):
            two()
    one()


# ── generators ────────────────────────────────────────────────────────────────────────────────────────────


def numbers():
    one()
    yield 1
    one()
    yield 2


def passing_on():
    yield from numbers()
    two()


def passing_a_list():
    received = yield from [1, 2]
    return two(received)


def echoing():
    received = None
    while True:
        received = two((yield received))


def surviving():
    try:
        yield 1
    except ValueError:
        one()
    yield 2


def cleaning():
    try:
        yield 1
    finally:
        one()


def cleaning_through():
    yield from cleaning()


def walking(depth):
    yield depth
    if depth:
        yield from walking(depth - 1)


@contextmanager
def session():
    one()
    try:
        yield
    except ValueError:
        one()
        raise
    finally:
        one()


def case_generator():
    for _ in numbers():
        two()
    two()


def case_yield_from():
    for _ in passing_on():
        two()
    for _ in passing_a_list():
        decorated()


def case_sent():
    generator = echoing()
    next(generator)
    generator.send(1)
    generator.close()
    two()


def case_thrown_into():
    generator = surviving()
    next(generator)
    generator.throw(ValueError())
    two()


def case_closed_early():
    for _ in cleaning():
        break
    two()


def case_closed_through():
    generator = cleaning_through()
    next(generator)
    generator.close()
    two()


def case_never_started():
    numbers().close()
    one()


def case_recursive_generator_closed():
    for number in walking(3):
        if number == 1:
            break
    two()


def case_contextmanager():
    try:
        with session():
            two()
            raise ValueError
    except ValueError:
        two()
    with Shop():
        two()


def finishing(generator):
    for _ in generator:
        two()


def case_generator_handed_on():
    generator = numbers()
    next(generator)
    finishing(generator)


def case_interleaved():
    for left, right in zip(numbers(), passing_on(), strict=False):
        two((left, right))
    one()


# ── asyncio ───────────────────────────────────────────────────────────────────────────────────────────────


async def waiting(seconds=0.0):
    await asyncio.sleep(seconds)
    return one()


async def waiting_deeper():
    await waiting()
    two()


async def counting():
    await waiting()
    yield 1
    await waiting()
    one()
    yield 2


@asynccontextmanager
async def connection():
    await waiting()
    try:
        yield
    finally:
        await waiting()


async def sleeping():
    try:
        await asyncio.sleep(10)
    finally:
        one()


async def case_gather():
    await asyncio.gather(waiting(0.002), waiting_deeper(), asyncio.create_task(waiting(0.001)))
    two()


async def case_cancelled():
    task = asyncio.create_task(sleeping())
    await asyncio.sleep(0)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        two()
    try:
        await asyncio.wait_for(sleeping(), 0.001)
    except TimeoutError:
        two()


async def case_async_generator():
    async for _ in counting():
        two()
        await waiting()
    values = [value async for value in counting()]
    two(values)


async def case_async_generator_closed():
    generator = counting()
    await anext(generator)
    await generator.aclose()
    two()


async def case_async_contextmanager():
    async with connection():
        await asyncio.sleep(0)
        two()
    one()


async def holding():
    try:
        await asyncio.sleep(0)  # no timer: needs no loop
    finally:
        one()


def case_coroutine_closed_elsewhere():
    coroutine = holding()
    copy_context().run(coroutine.send, None)
    coroutine.close()
    two()


async def case_executor():
    await asyncio.to_thread(two)
    context = copy_context()
    await asyncio.get_running_loop().run_in_executor(None, context.run, one)


def case_thread_with_context():
    with ThreadPoolExecutor(2) as pool:
        for function in (one, two):
            pool.submit(copy_context().run, function).result()
