/** Imports go one way: core <- objectives <- engine <- workers; core, workers/protocol <- state <- ui. */

const layer = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: "error",
  from: { path: from },
  to: { pathNot: [...allowed, "^node_modules/"] },
});

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
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
      ["^src/(core|state)/", "^workers/protocol[.]ts$", "^workers/tiller[.]worker[.]ts$"],
      "state knows core and the protocol",
    ),
    layer(
      "ui",
      "^src/ui/",
      ["^src/(core|state|ui)/", "^workers/protocol[.]ts$"],
      "components know state and core types",
    ),
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
