/* What a style sheet cannot do: whoever has no mouse can scroll what is too wide, the
   arrows of the menu have names, and paper gets open answers and dark ink. */
(() => {
  const WIDE = "pre, .pst-scrollable-table-container, mjx-container, span.math";
  const root = document.documentElement;

  // Reached by Tab exactly while it scrolls: measured when its box changes, as when the
  // answer around it opens, and when the letters that fill it have come.
  const measure = box => {
    if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  };
  const boxes = new ResizeObserver(changes => changes.forEach(c => measure(c.target)));
  addEventListener("load", async () => {
    await window.MathJax?.startup?.promise;
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
    const place = decodeURIComponent(location.hash.slice(1));
    if (place in moved && !document.getElementById(place))
      location.replace(moved[place] + location.hash);
  };
  follow();
  addEventListener("hashchange", follow);

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
