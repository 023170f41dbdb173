/* The frame around every page: theme, search key, explanations on hover, keys in lists. */
(function () {
  "use strict";
  const html = document.documentElement;

  function toggleTheme() {
    const next = html.getAttribute("data-bs-theme") === "dark" ? "light" : "dark";
    html.setAttribute("data-bs-theme", next);
    try { localStorage.setItem("huitou-theme", next); } catch (refused) { /* it lasts for this page only */ }
    document.dispatchEvent(new CustomEvent("huitou:theme"));
  }

  /* Paper is light: a dark page is printed as the light one, its charts too. */
  let printedDark = false;
  /* A sheet of paper says where it is from and when it was printed. */
  const foot = document.querySelector("[data-printed]"), fresh = foot ? foot.textContent : "";
  addEventListener("beforeprint", () => {
    const moment = new Intl.DateTimeFormat(html.lang === "en" ? "en-GB" : html.lang, { dateStyle: "medium", timeStyle: "short" }).format(new Date());
    if (foot) foot.textContent = [location.href, moment, fresh].filter(Boolean).join(" · ");
    printedDark = html.getAttribute("data-bs-theme") === "dark";
    if (printedDark) { html.setAttribute("data-bs-theme", "light"); document.dispatchEvent(new CustomEvent("huitou:theme")); }
  });
  addEventListener("afterprint", () => {
    if (printedDark) { html.setAttribute("data-bs-theme", "dark"); document.dispatchEvent(new CustomEvent("huitou:theme")); }
    printedDark = false;
  });

  /* Explanations: hover, focus and tap open them; Escape and leaving close them. */
  let open = null;
  function place(anchor, pop) {
    const a = anchor.getBoundingClientRect(), edge = 8;
    const left = Math.max(edge, Math.min(a.left, innerWidth - pop.offsetWidth - edge));
    const below = a.bottom + 6 + pop.offsetHeight <= innerHeight - edge;
    pop.style.left = left + "px";
    pop.style.top = (below ? a.bottom + 6 : Math.max(edge, a.top - 6 - pop.offsetHeight)) + "px";
  }
  function explain(anchor) {
    const pop = document.getElementById(anchor.getAttribute("aria-describedby"));
    if (!pop || open === pop) return;
    hush();
    pop.showPopover();
    place(anchor, pop);
    open = pop;
  }
  function hush() {
    if (open && open.isConnected && open.matches(":popover-open")) open.hidePopover();
    open = null;
  }
  const whyOf = (event) => event.target instanceof Element && event.target.closest(".why[aria-describedby]");
  document.addEventListener("pointerover", (e) => { const w = whyOf(e); if (w && e.pointerType === "mouse") explain(w); });
  document.addEventListener("pointerout", (e) => {
    const w = whyOf(e);
    if (w && e.pointerType === "mouse" && !(e.relatedTarget && w.contains(e.relatedTarget)) && document.activeElement !== w) hush();
  });
  document.addEventListener("focusin", (e) => { const w = whyOf(e); if (w) explain(w); else hush(); });
  document.addEventListener("click", (e) => {
    const w = whyOf(e);
    if (w) explain(w); else hush();
    if (e.target instanceof Element && e.target.closest("[data-theme-switch]")) toggleTheme();
  });
  addEventListener("scroll", hush, { passive: true });

  /* Where the window is too low for every place, a line above the person names what lies below it and leads there. */
  const places = document.querySelector(".nav .places"), below = document.querySelector("[data-below]");
  function lookBelow() {
    const end = places.scrollTop + places.clientHeight;
    below.hidden = end >= places.scrollHeight - 4;
    if (below.hidden) return;
    const under = [...places.children].filter((one) => one.offsetTop - places.offsetTop + one.offsetHeight > end + 4);
    const heading = under.find((one) => one.matches("h6")) || [...places.querySelectorAll("h6")].pop();
    below.querySelector("span").textContent = heading ? heading.textContent : "";
  }
  if (places && below) {
    const here = places.querySelector("[aria-current]");
    below.hidden = places.scrollHeight <= places.clientHeight + 4;
    if (here && here.offsetTop - places.offsetTop + here.offsetHeight > places.clientHeight) places.scrollTop = here.offsetTop - places.offsetTop - places.clientHeight / 2;
    lookBelow();
    places.addEventListener("scroll", lookBelow, { passive: true });
    addEventListener("resize", lookBelow, { passive: true });
    below.addEventListener("click", () => places.scrollTo({ top: places.scrollHeight, behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" }));
  }

  function typing(el) { return el.matches("input, textarea, select") || el.isContentEditable; }
  /* / goes to the page's own search where it has one, Ctrl K to the one over everything. */
  function focusSearch(own) {
    const boxes = [...document.querySelectorAll("[data-search]")], box = own ? boxes[boxes.length - 1] : boxes[0];
    if (box) { box.focus(); box.select(); }
    return !!box;
  }
  function step(by) {
    const rows = [...document.querySelectorAll("[data-rows] a[data-row]")];
    if (!rows.length) return false;
    const here = rows.indexOf(document.activeElement);
    const next = here < 0 ? (by > 0 ? 0 : -1) : here + by;
    if (next >= 0 && next < rows.length) rows[next].focus();
    return next >= 0;
  }
  document.addEventListener("keydown", (e) => {
    const el = e.target instanceof Element ? e.target : document.body;
    if (e.key === "Escape") { hush(); if (el.matches("[data-search]")) el.blur(); return; }
    if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === "k") { if (focusSearch()) e.preventDefault(); return; }
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    if (el.matches("[data-search]") && e.key === "ArrowDown") { if (step(1)) e.preventDefault(); return; }
    if (typing(el)) return;
    if (e.key === "/") { if (focusSearch(true)) e.preventDefault(); }
    else if (e.key === "j" || (e.key === "ArrowDown" && el.matches("[data-row]"))) { if (step(1)) e.preventDefault(); }
    else if (e.key === "k" || (e.key === "ArrowUp" && el.matches("[data-row]"))) { if (step(-1)) e.preventDefault(); }
  });

  /* What a page asked for in the background and did not get is said, not swallowed. */
  function failed(on) { const note = document.getElementById("failed"); if (note) note.hidden = !on; }
  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) document.addEventListener(name, () => failed(true));
  document.addEventListener("htmx:afterSwap", () => failed(false));

  /* What scrolls sideways can be reached by the keyboard, where it is wider than its frame. */
  function reachable() {
    for (const box of document.querySelectorAll(".scrollx")) {
      if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0; else box.removeAttribute("tabindex");
    }
  }
  /* Where tabs are wider than a phone, the one that is open stands in sight. */
  /* On a low screen the navigation scrolls, and where one is stays in sight. */
  const here = document.querySelector(".nav [aria-current]"), nav = here && here.closest(".places");
  if (nav && nav.scrollHeight > nav.clientHeight) nav.scrollTop = Math.max(0, here.offsetTop - nav.offsetTop + here.offsetHeight + 40 - nav.clientHeight);
  for (const tab of document.querySelectorAll(".tabs [aria-current]")) {
    const strip = tab.parentElement;
    strip.scrollLeft += tab.getBoundingClientRect().left - strip.getBoundingClientRect().left - (strip.clientWidth - tab.offsetWidth) / 2;
  }
  addEventListener("resize", reachable);
  document.addEventListener("htmx:afterSettle", reachable);
  reachable();

  /* A choice in a select with data-go is a page of its own. */
  document.addEventListener("change", (e) => {
    if (e.target instanceof Element && e.target.matches("select[data-go]")) e.target.form.requestSubmit();
  });
})();
