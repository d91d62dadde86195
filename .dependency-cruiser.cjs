/** Imports go one way: core <- objectives <- engine <- workers; core, workers/protocol <- state <- ui. */

const layer = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: "error",
  from: { path: from },
  to: { pathNot: [...allowed, "^node_modules/"] },
});

/** A room of a layer imports itself, the rooms named here, and what its layer may import. */
const room = (layerPath, name, rooms) => ({
  name: `${layerPath.split("/")[1]}/${name}`,
  comment: `${layerPath}${name} may import of its layer only ${[name, ...rooms].join(", ")}`,
  severity: "error",
  from: { path: `^${layerPath}${name}/` },
  to: { path: `^${layerPath}`, pathNot: [name, ...rooms].map((each) => `^${layerPath}${each}(/|[.]ts$)`) },
});

/** Rooms from the bottom up: each may import those named beside it, so arrows go one way. */
const ENGINE_ROOMS = {
  scorers: [],
  decode: ["interfaces", "scorers"],
  reweigh: ["interfaces", "decode"],
  lens: ["interfaces", "decode"],
  onnx: ["interfaces"],
  bundle: ["interfaces", "onnx"],
  judge: ["interfaces", "decode", "bundle"],
  probe: ["interfaces", "decode", "bundle", "judge", "scorers"],
  gguf: ["interfaces", "onnx", "bundle"],
  hub: ["interfaces", "onnx", "bundle", "gguf"],
};
const STATE_ROOMS = {
  worker: [],
  settings: [],
  hub: ["worker", "settings"],
  run: ["worker", "settings"],
  stage: ["worker", "settings", "run"],
  "what-if": ["worker", "settings", "run", "stage"],
  keep: ["settings", "run", "stage"],
  heads: ["worker", "settings"],
  clicks: ["worker", "settings", "heads"],
  sweep: ["worker", "settings", "run", "stage"],
  lens: ["worker", "settings", "run", "stage", "sweep"],
  lessons: ["settings", "run", "stage"],
  check: ["worker", "settings"],
  update: [],
  embed: ["worker", "settings", "run", "stage", "keep"],
  classroom: ["settings", "run", "stage", "keep", "lessons"],
  handin: ["settings", "run", "stage", "keep", "lessons"],
  probe: ["worker", "settings", "run", "stage", "sweep"],
};
const rooms = (layerPath, table) => Object.entries(table).map(([name, below]) => room(layerPath, name, below));

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: { pathNot: "^src/ui/words/" }, to: { circular: true } },
    {
      name: "no-cycles-of-words",
      comment: "A translation names the types of the words that it translates; nothing else goes round.",
      severity: "error",
      from: { path: "^src/ui/words/" },
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "translations-import-nothing-that-waits",
      comment: "language.ts waits for these files, so a module that imports it would wait for itself.",
      severity: "error",
      from: { path: "^src/ui/words/de/" },
      to: { pathNot: "^src/(core/|state/|ui/words/(de/|format|locale))", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "numbers-wait-for-no-words",
      comment: "Translations write numbers, so what writes them imports no words.",
      severity: "error",
      from: { path: "^src/ui/words/(format|locale)[.]ts$" },
      to: { pathNot: "^src/ui/words/locale[.]ts$" },
    },
    {
      name: "core-is-pure",
      comment: "The equations are plain TypeScript: no package, no Node module.",
      severity: "error",
      from: { path: "^src/(core|objectives)/" },
      to: { dependencyTypes: ["npm", "npm-dev", "npm-no-pkg", "core"] },
    },
    {
      name: "page-without-runtime",
      comment: "Models run in the worker; the page never loads the runtime.",
      severity: "error",
      from: { path: "^src/(state|ui|main)" },
      to: { path: "^node_modules/(onnxruntime|@huggingface)" },
    },
    {
      name: "engine-without-page",
      comment: "The engine runs in a worker and in Node alike.",
      severity: "error",
      from: { path: "^src/engine/" },
      to: { path: "^node_modules/(svelte|comlink|bits-ui)" },
    },
    layer("core", "^src/core/", ["^src/core/"], "core imports only core"),
    layer("objectives", "^src/objectives/", ["^src/(core|objectives)/"], "objectives know core"),
    layer("engine", "^src/engine/", ["^src/(core|objectives|engine)/"], "the engine knows core and objectives"),
    layer("workers", "^workers/", ["^src/(core|objectives|engine)/", "^workers/"], "workers know the engine"),
    layer(
      "state",
      "^src/state/",
      ["^src/(core|state|lessons)/", "^workers/protocol[.]ts$", "^workers/tiller[.]worker[.]ts$"],
      "state knows core and the protocol",
    ),
    layer(
      "ui",
      "^src/ui/",
      ["^src/(core|state|ui)/", "^workers/protocol[.]ts$"],
      "components know state and core types",
    ),
    ...rooms("src/engine/", ENGINE_ROOMS),
    ...rooms("src/state/", STATE_ROOMS),
    {
      name: "no-file-between-rooms",
      comment: "At the root of these layers stands only what belongs to no room.",
      severity: "error",
      from: {},
      to: { path: "^src/(engine/(?!interfaces)|state/(?!playground|surroundings)|ui/stage/)[^/]+$" },
    },
    {
      name: "estimators-are-for-studies",
      comment: "What only vectors and studies call stays out of the product.",
      severity: "error",
      from: { path: "^(src/(?!core/estimators)|workers)" },
      to: { path: "^src/core/estimators/" },
    },
    {
      name: "protocol-from-core",
      comment: "The page imports the protocol, so it names no type of the engine.",
      severity: "error",
      from: { path: "^workers/protocol[.]ts$" },
      to: { pathNot: "^src/core/" },
    },
    {
      name: "product-without-tests",
      severity: "error",
      from: { path: "^(src|workers)/" },
      to: { path: "^(test|scripts)/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(dist|public|training)/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.base.json" },
    enhancedResolveOptions: {
      extensions: [".ts", ".js", ".svelte", ".json"],
      exportsFields: ["exports"],
      conditionNames: ["import", "browser", "svelte", "types", "default"],
    },
  },
};
