// Loads a chosen file with wiregasm in a worker, as its own example does, and notes how long that took.
(() => {
  const picker = document.createElement("input");
  picker.type = "file";
  picker.dataset.testid = "files";
  document.body.append(picker);
  const folder = new URL("./", location.href).href;
  const work = async (folder) => {
    const locateFile = (name) => folder + name;
    const library = await loadWiregasm({ locateFile, handleStatus: () => {} });
    library.init();
    self.onmessage = async (event) => {
      const start = performance.now();
      try {
        library.FS.writeFile("/uploads/capture.pcap", new Uint8Array(await event.data.arrayBuffer()));
        const session = new library.DissectSession("/uploads/capture.pcap");
        const { code } = session.load();
        postMessage(code === 0 ? { loaded: performance.now() - start } : { error: `code ${code}` });
      } catch (error) {
        postMessage({ error: String(error) });
      }
    };
    postMessage({ ready: true });
  };
  const source = `importScripts(${JSON.stringify(folder + "wiregasm.js")}); (${work})(${JSON.stringify(folder)})`;
  const worker = new Worker(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
  worker.onerror = (event) => { window.measured = { error: event.message }; };
  worker.onmessage = (event) => {
    if (event.data.ready) window.isReady = true;
    else window.measured = event.data;
  };
  picker.addEventListener("change", () => worker.postMessage(picker.files[0]));
})();
