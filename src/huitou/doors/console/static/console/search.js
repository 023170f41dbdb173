/* Search over everything: a field whose hits are walked through with arrows, opened with Enter, left with Escape. */
(function () {
  "use strict";
  const form = document.querySelector("[data-everything]");
  if (!form) return;
  const field = form.querySelector("input[type=search]"), hits = document.getElementById("hits");
  const found = () => [...hits.querySelectorAll("a[href]")];
  let here = -1;
  function show(on) { hits.hidden = !on; field.setAttribute("aria-expanded", String(on)); if (!on) mark(-1); }
  function mark(place) {
    found().forEach((hit, n) => hit.setAttribute("aria-selected", String(n === place)));
    const hit = found()[place];
    here = hit ? place : -1;
    if (hit) { field.setAttribute("aria-activedescendant", hit.id); hit.scrollIntoView({ block: "nearest" }); } else field.removeAttribute("aria-activedescendant");
  }
  field.addEventListener("focus", () => { if (hits.childElementCount) show(true); });
  field.addEventListener("input", () => { if (!field.value.trim()) show(false); });
  form.addEventListener("htmx:afterSwap", () => { show(document.activeElement === field || hits.contains(document.activeElement)); mark(found().length ? 0 : -1); });
  field.addEventListener("keydown", (e) => {
    const all = found();
    if (e.key === "Escape") { if (hits.hidden) field.blur(); else { show(false); e.preventDefault(); e.stopPropagation(); } /* what was typed stays: a browser empties the field */ }
    else if ((e.key === "ArrowDown" || e.key === "ArrowUp") && all.length) {
      if (hits.hidden) show(true);
      mark((here + (e.key === "ArrowDown" ? 1 : -1) + all.length) % all.length);
      e.preventDefault();
      e.stopPropagation();
    } else if (e.key === "Enter" && here >= 0 && !hits.hidden && !form.classList.contains("htmx-request")) { e.preventDefault(); location.assign(all[here].href); }
  });
  document.addEventListener("pointerdown", (e) => { if (!form.contains(e.target)) show(false); });
  form.addEventListener("focusout", (e) => { if (e.relatedTarget && !form.contains(e.relatedTarget)) show(false); });
})();
