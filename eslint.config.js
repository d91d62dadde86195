// ESLint reads only .svelte files: templates and accessibility. Everything else is oxlint's, which is far faster.
import svelte from "eslint-plugin-svelte";
import ts from "typescript-eslint";
import svelteConfig from "./svelte.config.js";

export default ts.config(...svelte.configs["flat/recommended"], {
  files: ["**/*.svelte", "**/*.svelte.ts"],
  languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
  rules: { "svelte/require-each-key": "error", "svelte/no-at-html-tags": "error" },
});
