// Starts the module beside this script: as the page, or as its worker. What stands above is the glue; the
// build puts both into one function, `stallscopeScript`, so that a page on disk can hand its worker the text.
(() => {
  const isPage = typeof document !== "undefined";
  // The page hears of what is thrown in its worker only when it is thrown outside of promises.
  const throwOutside = (error) => setTimeout(() => { throw error; });
  if (!isPage) {
    self.addEventListener("unhandledrejection", (event) => throwOutside(event.reason));
    // The first message is the module that the page has compiled already.
    self.addEventListener("message", (event) => {
      event.stopImmediatePropagation();
      wasm_bindgen({ module_or_path: event.data }).catch(throwOutside);
    }, { once: true });
    return;
  }
  const here = document.currentScript.src;
  const isOnDisk = location.protocol === "file:";
  const given = {};
  // On disk a page may load scripts and nothing else, so there every file has a twin that is a script.
  self.stallscopeGive = (name, text) => given[name](Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)));
  const read = (name) => isOnDisk
    ? new Promise((resolve, reject) => {
        given[name] = resolve;
        const script = document.createElement("script");
        script.src = new URL(`disk/${name}.js`, here);
        script.onerror = () => reject(new Error(`${name} is missing`));
        document.head.append(script);
      })
    : fetch(new URL(name, here)).then((answer) => {
        if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
        return answer.arrayBuffer();
      }).then((bytes) => new Uint8Array(bytes));
  const compile = () => isOnDisk
    ? read("stallscope_bg.wasm").then((bytes) => WebAssembly.compile(bytes))
    : fetch(new URL("stallscope_bg.wasm", here)).then((answer) => {
        const isTyped = (answer.headers.get("content-type") || "").startsWith("application/wasm");
        return isTyped ? WebAssembly.compileStreaming(answer) : answer.arrayBuffer().then((bytes) => WebAssembly.compile(bytes));
      });
  let module;
  self.stallscopeFile = read;
  self.stallscopeWorker = () => {
    const worker = new Worker(isOnDisk
      ? URL.createObjectURL(new Blob([`const stallscopeScript = ${stallscopeScript}; stallscopeScript();`], { type: "text/javascript" }))
      : here);
    worker.postMessage(module);
    return worker;
  };
  compile().then((compiled) => {
    module = compiled;
    return wasm_bindgen({ module_or_path: module });
  }).catch((error) => {
    document.getElementById("stallscope").textContent =
      `The viewer cannot start in this browser (${error}). Try a current version of Firefox, Chrome, Edge or Safari, or use the command: stallscope analyze FILE`;
  });
})();
