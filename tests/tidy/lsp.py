"""Speaks to a language server as an editor does: messages over its standard streams, each wait with a limit."""

import json
import os
import pathlib
import queue
import subprocess
import tempfile
import threading
import urllib.parse

WAIT = 120


def to_uri(path):
    return pathlib.Path(path).as_uri()


def from_uri(uri):
    return urllib.parse.unquote(urllib.parse.urlparse(uri).path)


def with_edits(text, edits):
    """The text after an LSP list of TextEdits; lines and columns are counted as clangd counts plain ASCII."""
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    place = lambda position: starts[position["line"]] + position["character"]
    for edit in sorted(edits, key=lambda edit: place(edit["range"]["start"]), reverse=True):
        text = text[:place(edit["range"]["start"])] + edit["newText"] + text[place(edit["range"]["end"]):]
    return text


class Session:
    """A server over a folder; `checks` are what .clangd asks for. The folder with .clangd is made for it and goes with it.
    `flags` are those of every file, or {file: flags}."""

    def __init__(self, command, root, flags, checks, options=("Loose",)):
        self.root = str(root)
        database, flags = (flags, []) if isinstance(flags, dict) else ({}, flags)
        self._home = tempfile.TemporaryDirectory()
        config = pathlib.Path(self._home.name) / "clangd" / "config.yaml"
        config.parent.mkdir()
        # The person's own configuration, which counts everywhere, is replaced by this one.
        config.write_text("CompileFlags:\n  Add: " + json.dumps(list(flags)) + "\nDiagnostics:\n  ClangTidy:\n    Add: " + json.dumps(list(checks)) +
                          f"\n    FastCheckFilter: {options[0]}\nIndex:\n  Background: Skip\n")
        if database:
            entries = [{"directory": self.root, "file": file, "arguments": ["clang++-19", *own, "-c", file]} for file, own in database.items()]
            pathlib.Path(self._home.name, "compile_commands.json").write_text(json.dumps(entries))
            command = [*command, f"--compile-commands-dir={self._home.name}"]
        self.errors = open(os.path.join(self._home.name, "errors"), "w+", encoding="utf-8")
        self.process = subprocess.Popen([*command, "-j=2", "--log=error"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors,
                                        env={**os.environ, "XDG_CONFIG_HOME": self._home.name})
        self._arrived, self._waiting, self._id = queue.Queue(), {}, 0
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self):
        self.request("initialize", {"processId": os.getpid(), "rootUri": to_uri(self.root), "capabilities": {
            "textDocument": {"publishDiagnostics": {"relatedInformation": True, "codeActionsInline": True},
                             "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix"]}}}}}})
        self.notify("initialized", {})
        return self

    def __exit__(self, *_):
        try:
            self.request("shutdown", None)
            self.notify("exit", None)
            self.process.wait(timeout=WAIT)
        finally:
            self.process.kill()
            self.process.wait()
            self.process.stdin.close()
            self._reader.join()
            self.process.stdout.close()
            self.errors.close()
            self._home.cleanup()

    def _read(self):
        stream = self.process.stdout
        while True:
            length = 0
            while line := stream.readline().strip():
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            if not length:
                self._arrived.put(None)  # the server is gone
                return
            self._arrived.put(json.loads(stream.read(length)))

    def _send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def _wait(self, wanted):
        while True:
            message = self._arrived.get(timeout=WAIT)
            if message is None:
                self.errors.seek(0)
                raise RuntimeError("the server ended: " + self.errors.read()[-2000:])
            if wanted(message):
                return message

    def request(self, method, params):
        self._id += 1
        number = self._id
        self._send({"id": number, "method": method, "params": params})
        answer = self._wait(lambda message: message.get("id") == number and "method" not in message)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        return answer["result"]

    def notify(self, method, params):
        self._send({"method": method, "params": params})

    def diagnostics(self, path, version):
        uri = to_uri(path)
        return self._wait(lambda m: m.get("method") == "textDocument/publishDiagnostics" and m["params"]["uri"] == uri and
                          m["params"].get("version") == version)["params"]["diagnostics"]

    def open(self, path, text):
        self.notify("textDocument/didOpen", {"textDocument": {"uri": to_uri(path), "languageId": "cpp", "version": 1, "text": text}})
        return self.diagnostics(path, 1)

    def change(self, path, text, version):
        self.notify("textDocument/didChange", {"textDocument": {"uri": to_uri(path), "version": version}, "contentChanges": [{"text": text}]})
        return self.diagnostics(path, version)

    def actions(self, path, diagnostic):
        return self.request("textDocument/codeAction", {"textDocument": {"uri": to_uri(path)}, "range": diagnostic["range"],
                                                        "context": {"diagnostics": [diagnostic]}})

    def findings(self, paths, at_once=2):
        """{(rule, file, line, sentence)} of the files, a few of which are open at any time."""
        found, waiting, left = set(), set(), list(reversed(paths))
        while waiting or left:
            while left and len(waiting) < at_once:
                path = left.pop()
                with open(path, encoding="utf-8") as stream:
                    self.notify("textDocument/didOpen", {"textDocument": {"uri": to_uri(path), "languageId": "cpp", "version": 1, "text": stream.read()}})
                waiting.add(path)
            said = self._wait(lambda m: m.get("method") == "textDocument/publishDiagnostics" and m["params"].get("version") == 1 and
                              from_uri(m["params"]["uri"]) in waiting)["params"]
            path = from_uri(said["uri"])
            waiting.remove(path)
            self.notify("textDocument/didClose", {"textDocument": {"uri": to_uri(path)}})
            found |= {(d["code"], path, d["range"]["start"]["line"] + 1, d["message"].split("\n")[0].removesuffix(" (fix available)").removesuffix(" (fixes available)"))
                      for d in said["diagnostics"] if str(d.get("code", "")).startswith(("racecourse-", "racestyle-"))}
        return found
