/* Menus and dialogs of components, copies of addresses, what was done and can be undone. */
(function () {
  "use strict";
  const edge = 8;
  /* A menu opens below its button, or above it where there is no room. */
  function place(button, menu) {
    const a = button.getBoundingClientRect();
    const left = Math.max(edge, Math.min(a.right - menu.offsetWidth, innerWidth - menu.offsetWidth - edge));
    const below = a.bottom + 4 + menu.offsetHeight <= innerHeight - edge;
    menu.style.left = left + "px";
    menu.style.top = (below ? a.bottom + 4 : Math.max(edge, a.top - 4 - menu.offsetHeight)) + "px";
  }
  document.addEventListener("toggle", (e) => {
    const menu = e.target;
    if (!(menu instanceof Element) || !menu.matches(".menu[popover]") || e.newState !== "open") return;
    const button = document.querySelector('[popovertarget="' + menu.id + '"]');
    if (button) place(button, menu);
    const first = menu.querySelector("a, button, input, select");
    if (first) first.focus();
  }, true);
  document.addEventListener("keydown", (e) => {
    const menu = e.target instanceof Element && e.target.closest(".menu[popover]");
    if (!menu || (e.key !== "ArrowDown" && e.key !== "ArrowUp") || e.target.matches("input, select")) return;
    const items = [...menu.querySelectorAll("a, button")], here = items.indexOf(e.target);
    items[(here + (e.key === "ArrowDown" ? 1 : -1) + items.length) % items.length].focus();
    e.preventDefault();
  });
  addEventListener("scroll", () => { const open = document.querySelector(".menu:popover-open"); if (open && !open.contains(document.activeElement)) open.hidePopover(); }, { passive: true });

  function say(text) {
    const old = document.querySelector("[data-toast].said");
    if (old) old.remove();
    const toast = document.createElement("div");
    toast.className = "told said";
    toast.setAttribute("role", "status");
    toast.setAttribute("data-toast", "");
    toast.textContent = text;
    document.body.append(toast);
    setTimeout(() => toast.remove(), 4000);
  }
  function copy(text, said) {
    if (navigator.clipboard && isSecureContext) { navigator.clipboard.writeText(text).then(() => say(said)); return; }
    /* Without https a page may not write to the clipboard by itself; a selected field may be copied. */
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
    say(said);
  }
  document.addEventListener("click", (e) => {
    if (!(e.target instanceof Element)) return;
    const opener = e.target.closest("[data-open]"), copier = e.target.closest("[data-copy]"), away = e.target.closest("[data-away]");
    if (opener) { const dialog = document.getElementById(opener.getAttribute("data-open")); shut(opener); if (dialog) dialog.showModal(); }
    if (copier) { const link = copier.getAttribute("data-copy"); shut(copier); copy(new URL(link.startsWith("#") ? location.pathname + location.search + link : link, location.href).href, copier.getAttribute("data-said")); }
    if (away) away.closest("[data-toast]").remove();
    if (e.target.matches("dialog.dlg")) e.target.close();
  });
  function shut(inside) { const menu = inside.closest("[popover]"); if (menu) menu.hidePopover(); }

  /* The figures behind a chart as CSV, and its picture with title and finding. */
  function save(name, blob) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }
  const quoted = (text) => {
    const inert = /^[=+@\t\r]/.test(text) || /^-\D/.test(text) ? "'" + text : text; /* a spreadsheet runs what begins like a formula */
    return /[",\n]/.test(inert) ? '"' + inert.replaceAll('"', '""') + '"' : inert;
  };
  document.addEventListener("click", (e) => {
    const button = e.target instanceof Element && e.target.closest("[data-csv]");
    if (!button) return;
    shut(button);
    const lines = [...document.querySelectorAll("#" + button.getAttribute("data-csv") + " tr")].map((row) =>
      [...row.cells].map((cell) => quoted(cell.getAttribute("data-exact") || cell.textContent.trim())).join(","));
    save(button.getAttribute("data-file") + ".csv", new Blob(["\ufeff" + lines.join("\r\n") + "\r\n"], { type: "text/csv;charset=utf-8" }));
  });

  /* Keys: g and a letter opens a page, ? lists them all. */
  let awaited = 0;
  document.addEventListener("keydown", (e) => {
    const el = e.target instanceof Element ? e.target : document.body;
    if (e.ctrlKey || e.metaKey || e.altKey || el.matches("input, textarea, select") || document.querySelector("dialog[open]")) return;
    if (e.key === "?") { const keys = document.getElementById("keys"); if (keys) { keys.showModal(); e.preventDefault(); } return; }
    if (Date.now() - awaited < 1500) {
      awaited = 0;
      const there = document.querySelector('[data-key="' + CSS.escape(e.key) + '"]');
      if (there) { e.preventDefault(); e.stopImmediatePropagation(); location.assign(there.href); }
      return;
    }
    if (e.key === "g") awaited = Date.now();
  }, true);
})();
