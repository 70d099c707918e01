// How the pictures' scripts and the templates' are checked: `make lint-js`, which puts a copy of
// this file where npm has installed ESLint.
const js = require("@eslint/js");

const browser = [
  "CustomEvent",
  "EventSource",
  "Image",
  "addEventListener",
  "atob",
  "clearInterval",
  "clearTimeout",
  "document",
  "NodeFilter",
  "Node",
  "getComputedStyle",
  "location",
  "requestAnimationFrame",
  "sessionStorage",
  "setInterval",
  "setTimeout",
  "window",
];
// What only the scripts of the site ask for.
const workers = [
  "Headers",
  "Response",
  "TextEncoder",
  "URL",
  "Worker",
  "caches",
  "crypto",
  "fetch",
  "importScripts",
  "localStorage",
  "navigator",
  "postMessage",
  "self",
];
// What the pages' templates find already there: KaTeX and reveal.js.
const libraries = ["Reveal", "RevealNotes", "RevealZoom", "renderMathInElement"];

// Python drops indentation and comments line by line (widgets/kit/base.py): no text may go on from
// one line to the next.
const textOverLines = {
  selector: "TemplateElement[value.raw=/\\n/]",
  message: "A text stands on one line: add several with +.",
};

module.exports = [
  js.configs.recommended,
  {
    languageOptions: {
      sourceType: "script",
      globals: Object.fromEntries([...browser, ...libraries].map((name) => [name, "readonly"])),
    },
    rules: {
      curly: ["error", "multi-line"],
      eqeqeq: "error",
      "max-lines-per-function": ["error", { max: 40, skipBlankLines: true, skipComments: true }],
      "no-multi-assign": "error",
      "no-multi-str": "error",
      "no-restricted-syntax": ["error", textOverLines],
      "no-sequences": "error",
      "no-unused-vars": ["error", { vars: "local" }],
      "no-var": "error",
      "object-shorthand": "error",
      "one-var": ["error", "never"],
      "prefer-const": "error",
      "prefer-template": "error",
    },
  },
  { files: ["eslint.config.js"], languageOptions: { sourceType: "commonjs" } },
  // The site's: a service worker, an extension of JupyterLite, and what starts Pyodide.
  {
    files: ["scripts/website/*"],
    languageOptions: { globals: Object.fromEntries(workers.map((name) => [name, "readonly"])) },
  },
  { files: ["**/*.mjs"], languageOptions: { sourceType: "module" } },
];
