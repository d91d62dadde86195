"""Serves this folder to the class: python3 serve.py [port]"""
import http.server, os, socket, sys

port = int(sys.argv[1]) if len(sys.argv) > 1 else 8000


class Handler(http.server.SimpleHTTPRequestHandler):
    # Some systems know these endings by other types, and browsers run no script of another type.
    extensions_map = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml",
                      ".json": "application/json", ".wasm": "application/wasm", ".woff2": "font/woff2",
                      ".png": "image/png", ".txt": "text/plain", "": "application/octet-stream"}

    def end_headers(self):
        self.send_header("Cross-Origin-Opener-Policy", "same-origin")
        self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
        super().end_headers()


os.chdir(os.path.dirname(os.path.abspath(__file__)))
try:
    server = http.server.ThreadingHTTPServer(("", port), Handler)
except OSError as error:
    sys.exit(f"Cannot serve: {error}. Try another port: python3 serve.py {port + 1}")
print(f"On this laptop: http://localhost:{port}/   (Ctrl+C stops it). For the board:", flush=True)
probe = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
try:
    probe.connect(("192.0.2.1", 9))  # Nothing is sent: the system only chooses the way out.
    print(f"  http://{probe.getsockname()[0]}:{port}/", flush=True)
except OSError:
    print("  This laptop is in no network. Join the class's network, then start again.", flush=True)
try:
    server.serve_forever()
except KeyboardInterrupt:
    pass
