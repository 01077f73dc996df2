// Opens the viewer that stands behind this page. It shows what was recorded of its analysis; nothing is fetched.
(() => {
  const at = (id) => document.getElementById(id);
  const [bar, root, article] = [at("behind"), at("stallscope"), document.querySelector("body > main")];
  const [open, close] = bar.querySelectorAll("button");
  const said = bar.querySelector("[role=status]");
  const inflated = async (id) => {
    const bytes = Uint8Array.from(atob(at(id).content.textContent), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    const view = new DataView(await new Response(stream).arrayBuffer());
    const parts = [];
    for (let from = 0; from < view.byteLength;) {
      const length = view.getUint32(from, true);
      parts.push(new Uint8Array(view.buffer, from + 4, length));
      from += 4 + length;
    }
    return parts;
  };
  // Speaks as the viewer's worker would: every question has its recorded answers.
  const recorded = (parts) => {
    const answers = new Map();
    for (let from = 0; from < parts.length; from += 3) {
      const [question, words, cargo] = parts.slice(from, from + 3);
      const known = answers.get(String(question)) ?? [];
      answers.set(String(question), [...known, { words, cargo }]);
    }
    const worker = {
      postMessage: ({ words }) => setTimeout(() => say(words)),
      terminate() {},
    };
    const say = (words) => {
      const known = answers.get(String(words)) ?? answers.get(String(words.subarray(0, 1))) ?? [];
      known.forEach((data) => worker.onmessage?.({ data }));
    };
    setTimeout(() => say(new Uint8Array()));
    return worker;
  };
  const added = (name, bytes) => {
    const element = document.createElement(name);
    element.textContent = new TextDecoder().decode(bytes);
    return document.head.appendChild(element);
  };
  const title = document.title;
  const language = document.documentElement.lang;
  const own = document.querySelector("head style");
  let style;
  const show = (isViewer) => {
    [[article, isViewer], [open, isViewer], [root, !isViewer], [close, !isViewer]]
      .forEach(([element, isAway]) => element.classList.toggle("away", isAway));
    own.disabled = isViewer;
    style.disabled = !isViewer;
    if (!isViewer) [document.title, document.documentElement.lang] = [title, language];
    scrollTo(0, 0);
  };
  let coming;
  const start = async () => {
    const [[script, sheet, module], talk] = await Promise.all([inflated("stallscope-viewer"), inflated("stallscope-recording")]);
    self.stallscopeWorker = async () => recorded(talk);
    self.stallscopeFile = async () => { throw new Error(bar.dataset.only); };
    if (!location.hash.startsWith("#r1.")) history.replaceState(null, "", "#r1.page");
    style = added("style", sheet);
    added("script", script);
    show(true);
    await wasm_bindgen({ module_or_path: await WebAssembly.compile(module) });
  };
  // Other files are for a viewer that has an analyser.
  const refuse = (event) => {
    const isText = event.type === "paste" && event.target.matches?.("input, textarea");
    if (!style || style.disabled || isText) return;
    event.stopImmediatePropagation();
    event.preventDefault();
    if (event.type !== "dragover") said.textContent = bar.dataset.only;
  };
  for (const kind of ["dragover", "drop", "paste"]) addEventListener(kind, refuse, true);
  open.addEventListener("click", () => {
    if (style) return show(true);
    coming ??= start().catch((error) => { said.textContent = String(error); });
  });
  close.addEventListener("click", () => show(false));
  bar.classList.remove("away");
})();
