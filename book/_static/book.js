/* What a style sheet cannot do: whoever has no mouse can scroll what is too wide, the
   arrows of the menu have names, an address opens the box around its place, a copied
   formula is its TeX, and paper gets open answers and dark ink. */
(() => {
  const WIDE = "pre, .pst-scrollable-table-container, mjx-container, span.math";
  const root = document.documentElement;

  // The formulas are set when this is fulfilled; a page without any has no MathJax.
  const formulas = new Promise(done => addEventListener("load", async () => {
    await window.MathJax?.startup?.promise;
    done([...window.MathJax?.startup?.document?.math ?? []]);
  }));

  // Reached by Tab exactly while it scrolls: measured when its box changes, as when the
  // answer around it opens, and when the letters that fill it have come.
  const measure = box => {
    if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  };
  const boxes = new ResizeObserver(changes => changes.forEach(c => measure(c.target)));
  formulas.then(() => {
    const all = document.querySelectorAll(`.bd-article :is(${WIDE})`);
    all.forEach(box => boxes.observe(box));
    document.fonts.addEventListener("loadingdone", () => all.forEach(measure));
  });

  document.querySelectorAll(".has-children > details > summary").forEach(arrow => {
    const lecture = arrow.closest(".has-children").querySelector("a").textContent;
    arrow.setAttribute("aria-label", `Pages of ${lecture.trim()}`);
  });

  // A landing lists the places that stand on its pages (landings.py).
  const moved = JSON.parse(document.getElementById("moved")?.textContent ?? "{}");
  const follow = () => {
    const name = decodeURIComponent(location.hash.slice(1));
    const place = document.getElementById(name);
    if (!place && name in moved) location.replace(moved[name] + location.hash);
    // A browser opens what is around a place, but not the box that is the place.
    const folded = [];
    for (let e = place?.closest("details"); e; e = e.parentElement.closest("details"))
      if (!e.open) folded.push(e);
    folded.forEach(e => { e.open = true; });
    if (folded.length) place.scrollIntoView();
  };
  follow();
  addEventListener("hashchange", follow);
  addEventListener("click", event => {  // again on the same link: no change of address
    const link = event.target.closest?.("a[href]");
    if (link?.hash && link.href === location.href) follow();
  });

  // Letters of a formula are drawn by the style sheet: without this, none is copied.
  formulas.then(all => all.forEach(({ math, display, typesetRoot }) => {
    const number = typesetRoot.closest("div.math")?.querySelector(".eqno");
    const tag = number ? ` \\tag{${number.textContent.replace(/[()#\s]/g, "")}}` : "";
    typesetRoot.dataset.tex = display ? `$$${math.trim()}${tag}$$` : `$${math.trim()}$`;
  }));
  const formulaAround = node =>
    (node.parentElement?.closest("mjx-container") ?? node.closest?.("mjx-container"));
  const copied = selection => {
    const box = document.createElement("div");
    for (let i = 0; i < selection.rangeCount; i++) {
      const range = selection.getRangeAt(i).cloneRange();
      const first = formulaAround(range.startContainer);
      const last = formulaAround(range.endContainer);
      if (first) range.setStartBefore(first);
      if (last) range.setEndAfter(last);
      box.append(range.cloneContents());
    }
    return box;
  };
  document.addEventListener("copy", event => {
    const selection = getSelection();
    if (selection.isCollapsed || event.target.closest?.("input, textarea")) return;
    const box = copied(selection);
    if (!box.querySelector("[data-tex]")) return;  // the browser does it well
    box.querySelectorAll("[data-tex]").forEach(formula => {
      const text = document.createElement(formula.hasAttribute("display") ? "div" : "span");
      text.style.whiteSpace = "pre";
      text.textContent = formula.dataset.tex;
      (formula.closest("span.math") ?? formula).replaceWith(text);
    });
    box.querySelectorAll(".eqno, .headerlink, button, script, style")
      .forEach(e => e.remove());
    box.querySelectorAll("a[href]").forEach(a => a.setAttribute("href", a.href));
    box.style.cssText = "position: fixed; left: 200vw; white-space: normal";
    document.body.append(box);  // only what is laid out has lines
    event.clipboardData.setData("text/plain", box.innerText);
    box.removeAttribute("style");
    event.clipboardData.setData("text/html", box.innerHTML);
    box.remove();
    event.preventDefault();
  });

  // From the disk a browser shows a text that it should save, whatever the link says. So
  // it comes packed in a script, which calls this (saved_files.py).
  window.saveFile = async (name, packed) => {
    const bytes = Uint8Array.from(atob(packed), letter => letter.charCodeAt());
    const text = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await new Response(text).blob());
    link.download = name;
    link.click();
  };
  if (location.protocol === "file:") addEventListener("click", event => {
    const link = event.target.closest?.("a[data-packed]");
    if (!link) return;
    event.preventDefault();
    const script = document.createElement("script");
    script.src = link.dataset.packed;
    document.head.append(script);
  });

  let putBack = () => {};
  addEventListener("beforeprint", () => {
    const { theme } = root.dataset;
    const folded = [...document.querySelectorAll(".bd-article details:not([open])")];
    root.dataset.theme = "light";
    folded.forEach(e => { e.open = true; });
    putBack = () => {
      root.dataset.theme = theme;
      folded.forEach(e => { e.open = false; });
    };
  });
  addEventListener("afterprint", () => putBack());
})();
