"""Serves a model's file on this machine, until the pipe to whoever started it closes. A process of its own.

It reads one line of JSON (the file, the name, the key, the threads, the slots, the port), loads the model, writes one line of JSON
with its address, and waits. When the pipe closes, for whatever reason, it ends: one way for every system.
"""

import json
import os
import signal
import sys
import traceback

# Tokens that a slot remembers.
CONTEXT = 8192


def serve(settings: dict) -> str:
    """Start the server and return its address once it answers.

    Args:
        settings: `model` (path), `name`, `key`, `threads`, `slots` (calls at a time, and the largest `n`), `port` (0 for
            a free one).

    Raises:
        ImportError: the runtime is missing, or a library that it needs.
        RuntimeError: the file is no model, or there is too little memory.
    """
    from xllamacpp import CommonParams, Server

    params = CommonParams()
    params.model.path = settings["model"]
    params.model_alias = {settings["name"]}
    params.api_keys = [settings["key"]]
    params.hostnames, params.port = ["127.0.0.1"], settings["port"]
    params.n_ctx, params.n_parallel, params.kv_unified = CONTEXT, settings["slots"], True
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = settings["threads"]
    params.offline, params.ui = True, False
    # No page in the browser may ask, wherever it comes from.
    params.cors_origins, params.cors_origins_explicit = "https://nobody.invalid", True
    params.cors_credentials = False
    # Kept until the process ends: letting go of it stops the server.
    serve.server = Server(params)
    return serve.server.listening_address


def main() -> None:
    """Serve until the pipe closes."""
    # Ctrl+C is for who started it, and reaches this process only through the pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # llama.cpp writes its log to the same places as Python.
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    code = 1
    try:
        settings = json.loads(sys.stdin.readline())
        try:
            told = {"address": serve(settings)}
        except (ImportError, OSError, RuntimeError) as error:
            told = {"error": type(error).__name__, "message": str(error)}
        print(json.dumps(told), file=answer, flush=True)
        sys.stdin.read()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        # Threads of the server must not keep the process.
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
