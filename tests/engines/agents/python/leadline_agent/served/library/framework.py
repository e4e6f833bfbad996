"""A framework that is not the service's own code: it opens a file of its own for every request."""

import os


def application(handlers):
    def serve(environ, start_response):
        with open(__file__) as own:
            own.readline()
        os.system("true of the framework")
        answer = handlers[environ["PATH_INFO"]]()
        start_response("200 OK", [("Content-Length", str(len(answer)))])
        return [answer]

    return serve
