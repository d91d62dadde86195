// Serves this folder to the class: node serve.mjs [port]
import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { networkInterfaces } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const [home, port] = [fileURLToPath(new URL(".", import.meta.url)), Number(process.argv[2] ?? 8000)];
const text = { html: "text/html", js: "text/javascript", css: "text/css", svg: "image/svg+xml", txt: "text/plain" };
const types = { ...text, json: "application/json", wasm: "application/wasm", woff2: "font/woff2", png: "image/png" };
const isolation = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };

function answer({ url }, response) {
  const path = decodeURIComponent(new URL(url, "http://x").pathname);
  const file = join(home, path, path.endsWith("/") ? "index.html" : "");
  if (!file.startsWith(home) || !existsSync(file)) response.writeHead(404).end("Not found.\n");
  else if (statSync(file).isDirectory()) response.writeHead(301, { Location: `${path}/` }).end();
  else {
    const type = types[extname(file).slice(1)] ?? "application/octet-stream";
    response.writeHead(200, { "Content-Type": type, "Content-Length": statSync(file).size, ...isolation });
    createReadStream(file).pipe(response);
  }
}
const server = createServer((request, response) => {
  try {
    answer(request, response);
  } catch {
    response.writeHead(400).end("The address is not valid.\n");
  }
});
server.on("error", ({ message }) =>
  console.log(`Cannot serve: ${message}. Try another port: node serve.mjs ${port + 1}`),
);
server.listen(port, () => {
  console.log(`On this laptop: http://localhost:${port}/   (Ctrl+C stops it). For the board:`);
  const all = Object.values(networkInterfaces()).flat();
  for (const { address } of all.filter((each) => each.family === "IPv4" && !each.internal)) {
    console.log(`  http://${address}:${port}/`);
  }
});
