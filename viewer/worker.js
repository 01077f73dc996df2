// Starts the worker's module, which the page has fetched and compiled. What stands above is the glue.
(() => {
  // The page hears of what is thrown in its worker only when it is thrown outside of promises.
  const throwOutside = (error) => setTimeout(() => { throw error; });
  self.addEventListener("unhandledrejection", (event) => throwOutside(event.reason));
  self.addEventListener("message", (event) => {
    event.stopImmediatePropagation();
    wasm_bindgen({ module_or_path: event.data }).catch(throwOutside);
  }, { once: true });
})();
