"""Starts the real binary as a sandbox and reads its ready line."""

import json
import os
import select
import subprocess
import time
import urllib.request

READY_SECONDS_MAX = 60
STOP_SECONDS_MAX = 20


def known_paths():
    """The paths of the merchant API that exist by now, as the binary itself tells them."""
    output = subprocess.run([os.environ["COUNTERSIGN_BINARY"], "openapi"], stdout=subprocess.PIPE, check=True).stdout
    return set(json.loads(output)["paths"])


class Sandbox:
    """A running `countersign sandbox` on a free port, with data that goes away with it."""

    def __init__(self, database=None, environment=None):
        command = [os.environ["COUNTERSIGN_BINARY"], "sandbox", "--ephemeral", "--listen", "127.0.0.1:0", "--json"]
        if database is not None:
            command += ["--database", database]
        surroundings = {**os.environ, **(environment or {})}
        # Ours alone; the binary would warn of a setting that it does not know.
        del surroundings["COUNTERSIGN_BINARY"]
        # Standard error stays ours: what the server logs explains a failed test.
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, env=surroundings)
        try:
            self.ready = self._ready_line()
        except BaseException:
            self.process.kill()
            self.process.wait()
            raise
        self.base_url = self.ready["baseUrl"]
        self.actors = self.ready["actors"]

    def _ready_line(self):
        output, line = self.process.stdout, b""
        deadline = time.monotonic() + READY_SECONDS_MAX
        while not line.endswith(b"\n"):
            if not select.select([output], [], [], max(0, deadline - time.monotonic()))[0]:
                raise AssertionError(f"no ready line within {READY_SECONDS_MAX} seconds")
            chunk = os.read(output.fileno(), 65536)
            if not chunk:
                raise AssertionError(f"the sandbox ended with {self.process.wait()} and without a ready line")
            line += chunk
        ready = json.loads(line)
        assert ready["event"] == "ready", ready
        return ready

    def control(self, call, body):
        """Calls the sandbox's control API and returns its answer."""
        request = urllib.request.Request(
            f"{self.ready['controlUrl']}/{call}",
            data=json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {self.ready['controlToken']}",
                "Content-Type": "application/json",
            },
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def stop(self):
        """Asks the sandbox to drain and returns its exit status."""
        self.process.terminate()
        try:
            return self.process.wait(STOP_SECONDS_MAX)
        finally:
            self.process.kill()
            self.process.stdout.close()
