// node analyse.js GLUE.js MODULE_bg.wasm: the wasm build of the analyser, driven over standard input.
//
// One request per line: { "path", "name", "chunk" }. One answer each: its length in four bytes, big
// endian, then the report. Every request gets a module of its own, so that none sees another's memory.
"use strict";

const fs = require("node:fs");
const readline = require("node:readline");

const [script, wasm] = process.argv.slice(2);
const glue = new Function(`${fs.readFileSync(script, "utf8")}; return wasm_bindgen;`);
const compiled = new WebAssembly.Module(fs.readFileSync(wasm));

function analysed({ path, name, chunk }) {
  try {
    const instance = glue();
    instance.initSync({ module: compiled });
    return instance.analyze(fs.readFileSync(path), name, chunk);
  } catch (error) {
    return `trap: ${error}`;
  }
}

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const body = Buffer.from(analysed(JSON.parse(line)), "utf8");
  const head = Buffer.alloc(4);
  head.writeUInt32BE(body.length);
  process.stdout.write(Buffer.concat([head, body]));
});
