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
  const own = document.querySelector("head style");
  let style, isShown = false;
  // Each side has its own title and language.
  const says = () => [document.title, document.documentElement.lang];
  let other = says();
  const show = (isViewer) => {
    if (isViewer !== isShown) {
      const before = says();
      [document.title, document.documentElement.lang] = other;
      other = before;
    }
    isShown = isViewer;
    [[article, isViewer], [open, isViewer], [root, !isViewer], [close, !isViewer]]
      .forEach(([element, isAway]) => element.classList.toggle("away", isAway));
    own.disabled = isViewer;
    style.disabled = !isViewer;
    said.textContent = "";
    (isViewer ? root : open).focus();
    scrollTo(0, 0);
  };
  let coming;
  const start = async () => {
    const [[script, sheet, bytes], talk] = await Promise.all([inflated("stallscope-viewer"), inflated("stallscope-recording")]);
    const module = await WebAssembly.compile(bytes);
    self.stallscopeWorker = async () => recorded(talk);
    self.stallscopeFile = async () => { throw new Error(bar.dataset.only); };
    if (!location.hash.startsWith("#r1.")) history.replaceState(null, "", "#r1.page");
    style = added("style", sheet);
    added("script", script);
    show(true);
    await wasm_bindgen({ module_or_path: module });
  };
  const fail = (error) => {
    if (style) show(false);
    style?.remove();
    coming = style = undefined;
    said.textContent = `${bar.dataset.failed} (${error})`;
  };
  // The viewer hears of nothing while the document is shown, and here nothing else can be opened or shared.
  const guard = (event) => {
    const isText = event.target.matches?.("input, textarea");
    const isOther = event.type === "drop" || event.type === "dragover" || (event.type === "paste" && !isText);
    const isShare = event.type === "keydown" && event.key === "e" && !isText;
    if (!style || (isShown && !isOther && !isShare)) return;
    event.stopImmediatePropagation();
    if (!isShown || isShare) return;
    event.preventDefault();
    if (event.type !== "dragover") said.textContent = bar.dataset.only;
  };
  for (const kind of ["dragover", "drop", "paste", "keydown", "hashchange"]) addEventListener(kind, guard, true);
  open.addEventListener("click", () => {
    if (style) return show(true);
    coming ??= start().catch(fail);
  });
  close.addEventListener("click", () => show(false));
  if (self.DecompressionStream && self.WebAssembly) bar.classList.remove("away");
})();
