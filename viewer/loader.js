// Starts the module beside this script: as the page, or as its worker.
(() => {
  const isPage = typeof document !== "undefined";
  const here = isPage ? document.currentScript.src : self.location.href;
  // The page hears of what is thrown in its worker only when it is thrown outside of promises.
  const throwOutside = (error) => setTimeout(() => { throw error; });
  if (!isPage) {
    self.addEventListener("unhandledrejection", (event) => throwOutside(event.reason));
  }
  wasm_bindgen({ module_or_path: new URL("stallscope_bg.wasm", here) }).catch((error) => {
    if (isPage) {
      document.getElementById("stallscope").textContent =
        `The viewer cannot start in this browser (${error}). Try a current version of Firefox, Chrome, Edge or Safari, or use the command: stallscope analyze FILE`;
    } else {
      throwOutside(error);
    }
  });
})();
