// Runs before the page's own scripts: notes when things are there, and measures frames when it is asked to.
(() => {
  const seen = { longest: 0, heap: "" };
  window.seen = seen;
  new PerformanceObserver((list) => {
    for (const task of list.getEntries()) seen.longest = Math.max(seen.longest, task.duration);
  }).observe({ type: "longtask", buffered: true });
  const note = (name, selector) => {
    if (seen[name] === undefined && document.querySelector(selector)) {
      seen[name] = -1;
      requestAnimationFrame(() => setTimeout(() => { seen[name] = performance.now(); }));
    }
  };
  new MutationObserver(() => {
    note("interactive", "[data-testid=example]");
    note("overview", "[data-testid=cards], [data-testid=server-table]");
    const details = document.querySelector(".progress-details");
    if (details) seen.heap = details.lastElementChild?.textContent ?? "";
  }).observe(document, { childList: true, subtree: true, characterData: true });
  addEventListener("change", (event) => {
    if (event.target.type === "file") {
      seen.dropped = performance.now();
      seen.longest = 0;
    }
  }, true);
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  // From each step to the end of the frame that shows it, milliseconds.
  const frames = async (count, step) => {
    const times = [];
    for (let index = 0; index < count; index += 1) {
      const start = performance.now();
      step(index);
      await frame();
      times.push(performance.now() - start);
    }
    return times;
  };
  const press = (key) => document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  const type = (text) => {
    const field = document.querySelector("[data-testid=filter]");
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const choose = (name, value) => {
    const list = document.querySelector(`[data-testid=${name}]`);
    list.value = value;
    list.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const filter = "out:failed tls>1s";
  window.measureFrames = async () => {
    press("2");
    await frame();
    await frame();
    const list = document.querySelector("[data-testid=waterfall]");
    const rows = document.querySelector("[data-testid=left]").textContent;
    const measured = {
      scroll: await frames(60, (index) => { list.scrollTop = index * 977; }),
      zoom: await frames(16, (index) => press(index < 8 ? "w" : "s")),
      select: await frames(20, () => press("j")),
      order: await frames(6, (index) => choose("choose-order", ["order-worst", "order-longest", "order-start"][index % 3])),
      filter: await frames(filter.length, (index) => type(filter.slice(0, index + 1))),
    };
    type("");
    await frame();
    return { rows, ...measured };
  };
})();
