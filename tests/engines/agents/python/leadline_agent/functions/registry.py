"""A function that a decorator keeps under another name, and one that is made by a factory."""


def register(function):
    return lambda: function()


def factory():
    def made():
        return None

    return made


@register
def registered():
    factory()()
