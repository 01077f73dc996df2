// Starts the page's module, and fetches the worker's when the page is there. What stands above is the glue.
(() => {
  const here = document.currentScript.src;
  // Inside a page that brought the glue along, that page starts the module.
  if (!here) return;
  const isOnDisk = location.protocol === "file:";
  // Names what was built together, so that no cache mixes it with what was built before.
  const build = new URL(here).search;
  const given = {};
  // On disk a page may load scripts and nothing else, so there every file has a twin that is a script.
  self.stallscopeGive = (name, text) => given[name](Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)));
  const fetched = (name) => fetch(new URL(name + build, here)).then((answer) => {
    if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
    return answer;
  });
  const read = (name) => isOnDisk
    ? new Promise((resolve, reject) => {
        given[name] = resolve;
        const script = document.createElement("script");
        script.src = new URL(`disk/${name}.js`, here);
        script.onerror = () => reject(new Error(`${name} is missing`));
        document.head.append(script);
      })
    : fetched(name).then((answer) => answer.arrayBuffer()).then((bytes) => new Uint8Array(bytes));
  const compile = (name) => isOnDisk
    ? read(name).then((bytes) => WebAssembly.compile(bytes))
    : fetched(name).then((answer) => {
        const isTyped = (answer.headers.get("content-type") || "").startsWith("application/wasm");
        return isTyped ? WebAssembly.compileStreaming(answer) : answer.arrayBuffer().then((bytes) => WebAssembly.compile(bytes));
      });
  // The worker's script and module, fetched once; what failed is tried again when it is asked for again.
  let coming;
  const parts = () => coming ??= Promise.all([
    compile("stallscope-worker_bg.wasm"),
    isOnDisk
      ? read("stallscope-worker.js").then((bytes) => URL.createObjectURL(new Blob([bytes], { type: "text/javascript" })))
      : new URL("stallscope-worker.js" + build, here),
  ]).catch((error) => {
    coming = undefined;
    throw error;
  });
  self.stallscopeFile = read;
  self.stallscopeWorker = () => parts().then(([module, script]) => {
    const worker = new Worker(script);
    worker.postMessage(module);
    return worker;
  });
  compile("stallscope_bg.wasm").then((module) => wasm_bindgen({ module_or_path: module })).then(() => {
    const whenIdle = self.requestIdleCallback ?? ((work) => setTimeout(work, 200));
    whenIdle(() => parts().catch(() => {}));
  }).catch((error) => {
    document.getElementById("stallscope").textContent =
      `The viewer cannot start in this browser (${error}). Try a current version of Firefox, Chrome, Edge or Safari, or use the command: stallscope analyze FILE`;
  });
})();
